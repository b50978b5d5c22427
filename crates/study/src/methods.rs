//! What every method is called, what it did, and who described it: the `methods` table.

use std::collections::BTreeMap;

use oligomet_results::MethodRow;

struct Method {
    id: &'static str,
    title: &'static str,
    sentence: &'static str,
    source: &'static str,
}

const METHODS: &[Method] = &[
    Method {
        id: "count",
        title: "Counts",
        sentence: "Patients and events were counted; percentages are of patients with a known value.",
        source: "",
    },
    Method {
        id: "describe",
        title: "Median, quartiles, mean and standard deviation",
        sentence: "Numbers are described by median and quartiles (linear interpolation between order statistics) or by mean and standard deviation (divisor n - 1).",
        source: "Hyndman RJ, Fan Y. Sample quantiles in statistical packages. Am Stat 1996;50:361-365 (type 7, the default of R)",
    },
    Method {
        id: "smd",
        title: "Standardised difference",
        sentence: "Groups are compared by standardised differences, which do not depend on their size; with more than two groups the largest difference between two of them is given.",
        source: "Austin PC. Stat Med 2009;28:3083-3107; Yang D, Dalton JE. SAS Global Forum 2012, paper 335",
    },
    Method {
        id: "kruskal-wallis",
        title: "Kruskal-Wallis test",
        sentence: "Numbers were compared between groups by the Kruskal-Wallis test with correction for ties (for two groups, Wilcoxon's rank-sum test without continuity correction).",
        source: "Kruskal WH, Wallis WA. J Am Stat Assoc 1952;47:583-621",
    },
    Method {
        id: "chi-squared",
        title: "Pearson's chi-squared test",
        sentence: "Factors were compared between groups by Pearson's chi-squared test without continuity correction.",
        source: "Pearson K. Philos Mag 1900;50:157-175",
    },
    Method {
        id: "fisher",
        title: "Fisher's exact test",
        sentence: "Two-by-two tables with an expected count below 5 were compared by Fisher's exact test, two-sided by the sum of all tables that are no likelier.",
        source: "Fisher RA. J R Stat Soc 1935;98:39-82",
    },
    Method {
        id: "kaplan-meier",
        title: "Kaplan-Meier estimate",
        sentence: "Survival was estimated by the Kaplan-Meier method with Greenwood's variance; patients censored at a time are at risk at that time.",
        source: "Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481; Greenwood M. Rep Public Health Med Subj 1926;33:1-26",
    },
    Method {
        id: "median",
        title: "Median survival",
        sentence: "Medians are the first time at which the estimate is below one half, or the middle of the step where it equals one half; their intervals are where the pointwise interval covers one half.",
        source: "Brookmeyer R, Crowley J. Biometrics 1982;38:29-41",
    },
    Method {
        id: "reverse-kaplan-meier",
        title: "Follow-up by the reverse Kaplan-Meier method",
        sentence: "Follow-up was estimated by the reverse Kaplan-Meier method, in which the end of follow-up is the event and an event ends observation.",
        source: "Schemper M, Smith TL. Control Clin Trials 1996;17:343-346",
    },
    Method {
        id: "restricted-mean",
        title: "Restricted mean survival",
        sentence: "Restricted means are the area under the Kaplan-Meier curve up to the stated horizon.",
        source: "Irwin JO. J Hyg 1949;47:188-189; Royston P, Parmar MKB. BMC Med Res Methodol 2013;13:152",
    },
    Method {
        id: "log-rank",
        title: "Log-rank test",
        sentence: "Groups were compared by the log-rank test with the hypergeometric variance.",
        source: "Mantel N. Cancer Chemother Rep 1966;50:163-170; Peto R, Peto J. J R Stat Soc A 1972;135:185-207",
    },
    Method {
        id: "cox",
        title: "Cox's proportional-hazards model",
        sentence: "Hazard ratios come from Cox's proportional-hazards model, each covariate alone and all together, with Wald tests and intervals.",
        source: "Cox DR. J R Stat Soc B 1972;34:187-220; Efron B. J Am Stat Assoc 1977;72:557-565",
    },
    Method {
        id: "likelihood-ratio",
        title: "Likelihood-ratio test of a factor",
        sentence: "A factor with several levels was tested as a whole by the likelihood-ratio test against the model without it.",
        source: "Therneau TM, Grambsch PM. Modeling Survival Data. Springer 2000, section 3.4",
    },
    Method {
        id: "proportional-hazards",
        title: "Test of proportional hazards",
        sentence: "Proportionality of hazards was tested by the score test for an interaction of each term with time, time being one minus the Kaplan-Meier estimate.",
        source: "Grambsch PM, Therneau TM. Biometrika 1994;81:515-526; as `cox.zph` of R's survival from version 3 on",
    },
    Method {
        id: "concordance",
        title: "Harrell's concordance",
        sentence: "Discrimination is given as Harrell's concordance with the infinitesimal-jackknife standard error, in the patients in whom the model was fitted: it is optimistic.",
        source: "Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-387; Therneau TM, Atkinson E. Concordance, vignette of R's survival",
    },
    Method {
        id: "beta-product",
        title: "Beta-product intervals",
        sentence: "Where fewer than 10 events had happened, and where the estimate is 0 or 1, intervals of survival are those of the beta-product method, which keep their level with few events.",
        source: "Fay MP, Brittain EH, Proschan MA. Biostatistics 2013;14:723-736",
    },
    Method {
        id: "concordance-uno",
        title: "Uno's concordance",
        sentence: "Uno's concordance weights pairs by the inverse of the squared censoring distribution and does not depend on it.",
        source: "Uno H, Cai T, Pencina MJ, D'Agostino RB, Wei LJ. Stat Med 2011;30:1105-1117",
    },
    Method {
        id: "cox-firth",
        title: "Cox's model with Firth's penalty",
        sentence: "Beside the ordinary model, hazard ratios were estimated with Firth's penalty, with intervals and tests by the penalised profile likelihood.",
        source: "Firth D. Biometrika 1993;80:27-38; Heinze G, Schemper M. Biometrics 2001;57:114-119",
    },
    Method {
        id: "aalen-johansen",
        title: "Cumulative incidence",
        sentence: "Cumulative incidence of competing events was estimated by the Aalen-Johansen method with infinitesimal-jackknife standard errors.",
        source: "Aalen OO, Johansen S. Scand J Stat 1978;5:141-150",
    },
    Method {
        id: "one-minus-kaplan-meier",
        title: "One minus Kaplan-Meier",
        sentence: "One minus the Kaplan-Meier estimate with competing events censored is shown beside the cumulative incidence: it overestimates it.",
        source: "Putter H, Fiocco M, Geskus RB. Stat Med 2007;26:2389-2430",
    },
    Method {
        id: "gray",
        title: "Gray's test",
        sentence: "Cumulative incidence was compared between groups by Gray's test.",
        source: "Gray RJ. Ann Stat 1988;16:1141-1154",
    },
    Method {
        id: "fine-gray",
        title: "Fine and Gray's model",
        sentence: "Subdistribution hazard ratios come from Fine and Gray's model with robust standard errors, over patients where rows of one patient are clustered; they describe prognosis, not what causes the event.",
        source: "Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509; Zhou B, Fine J, Latouche A, Labopin M. Biostatistics 2012;13:371-383 (clusters)",
    },
    Method {
        id: "maxstat-gauss",
        title: "Maximally selected log-rank statistic",
        sentence: "The cut-point has the largest standardised log-rank score statistic of all cuts; its P value is that of the largest of the correlated normal statistics of the cuts in these data.",
        source: "Hothorn T, Lausen B. Comput Stat Data Anal 2003;43:121-137",
    },
    Method {
        id: "maxstat-lau92",
        title: "Maximally selected log-rank statistic, P value of 1992",
        sentence: "P value of the cut-point by the asymptotic formula for a continuous covariate.",
        source: "Lausen B, Schumacher M. Biometrics 1992;48:73-85",
    },
    Method {
        id: "maxstat-lau94",
        title: "Maximally selected log-rank statistic, P value of 1994",
        sentence: "P value of the cut-point by the improved Bonferroni inequality.",
        source: "Lausen B, Sauerbrei W, Schumacher M. In: Computational Statistics, 1994, 483-496",
    },
    Method {
        id: "maxstat-condmc",
        title: "Maximally selected log-rank statistic, permutations",
        sentence: "P value of the cut-point by permuting the log-rank scores.",
        source: "Hothorn T, Lausen B. Comput Stat Data Anal 2003;43:121-137",
    },
    Method {
        id: "maxstat-max-t",
        title: "Cut-points of several covariates",
        sentence: "P values adjusted for all cuts of all covariates by the permutation distribution of the largest statistic.",
        source: "Westfall PH, Young SS. Resampling-based multiple testing. Wiley 1993",
    },
    Method {
        id: "cutpoint-bootstrap",
        title: "Interval of a cut-point",
        sentence: "The interval of the cut-point is that of the cut-points found again in resamples of the patients.",
        source: "Efron B. Ann Stat 1979;7:1-26",
    },
    Method {
        id: "cutpoint-shrinkage",
        title: "Effect of a chosen cut-point, shrunk",
        sentence: "The log hazard ratio of the chosen cut-point was shrunk for the optimism of its choice.",
        source: "Schumacher M, Hollander N, Sauerbrei W. Stat Med 1997;16:2813-2827",
    },
    Method {
        id: "cox-cause-specific",
        title: "Cause-specific hazards",
        sentence: "For every cause a Cox model of its hazard was fitted in which the other causes censor; cause-specific hazard ratios say what acts on the rate of an event among those still free of all.",
        source: "Prentice RL et al. Biometrics 1978;34:541-554; Latouche A et al. J Clin Epidemiol 2013;66:648-653",
    },
    Method {
        id: "interaction",
        title: "Tests of interaction",
        sentence: "Whether a factor's hazard ratio differs between the levels of a covariate was tested once per covariate by the products of both (likelihood-ratio test; Wald's test with robust variance where rows are clustered).",
        source: "Wang R et al. N Engl J Med 2007;357:2189-2194",
    },
    Method {
        id: "positivity",
        title: "Positivity",
        sentence: "Every combination of site and dose group was looked at; an effect of dose is adjusted for site only where none of them is empty.",
        source: "Westreich D, Cole SR. Am J Epidemiol 2010;171:674-677",
    },
    Method {
        id: "within-site",
        title: "Contrasts within sites",
        sentence: "Dose groups were compared within sites by a Cox model with a baseline hazard for each site in which at least two of them occur.",
        source: "Kalbfleisch JD, Prentice RL. The Statistical Analysis of Failure Time Data. Wiley 2002, section 4.4",
    },
    Method {
        id: "clopper-pearson",
        title: "Exact intervals of shares",
        sentence: "Intervals of shares are exact (Clopper and Pearson).",
        source: "Clopper CJ, Pearson ES. Biometrika 1934;26:404-413",
    },
    Method {
        id: "log-log-test",
        title: "Test of a share stated beforehand",
        sentence: "The share at a stated time was compared with the one stated beforehand by a normal test on the log(-log) scale.",
        source: "Klein JP, Logan B, Harhoff M, Andersen PK. Stat Med 2007;26:4505-4519",
    },
    Method {
        id: "cluster-bootstrap",
        title: "Bootstrap of patients",
        sentence: "Where several rows are of one patient and fewer than 10 events had happened, intervals come from resamples of whole patients.",
        source: "Davison AC, Hinkley DV. Bootstrap Methods and their Application. Cambridge University Press 1997, section 3.8",
    },
    Method {
        id: "cluster-robust",
        title: "Robust variance over patients",
        sentence: "Rows of one patient are not independent: standard errors are robust, by the infinitesimal jackknife over patients.",
        source: "Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-1078; Ying Z, Wei LJ. J Multivar Anal 1994;50:17-29",
    },
    Method {
        id: "quasi-independence",
        title: "Test of quasi-independence",
        sentence: "Whether delayed entry says something about the time of the event was tested by the conditional Kendall's tau of entry and exit.",
        source: "Tsai WY. Biometrika 1990;77:169-177",
    },
    Method {
        id: "follow-up-completeness",
        title: "Completeness of follow-up",
        sentence: "Completeness of follow-up is the observed share of the follow-up that was possible up to the date of linkage or death.",
        source: "Clark TG, Altman DG, De Stavola BL. Lancet 2002;359:1309-1310",
    },
];

/// Methods in the order in which a paper tells them.
pub(crate) fn in_order(used: BTreeMap<String, MethodRow>) -> Vec<MethodRow> {
    let place = |id: &str| METHODS.iter().position(|m| m.id == id);
    let mut rows: Vec<MethodRow> = used.into_values().collect();
    rows.sort_by_key(|row| place(&row.method_id));
    rows
}

/// The row of a method.
#[must_use]
pub(crate) fn describe(id: &str) -> MethodRow {
    let found = METHODS.iter().find(|m| m.id == id);
    let of = |text: fn(&Method) -> &'static str| found.map_or("", text).to_owned();
    MethodRow {
        method_id: id.to_owned(),
        title: of(|m| m.title),
        sentence: of(|m| m.sentence),
        options: "{}".into(),
        source: of(|m| m.source),
    }
}

/// Adds options to a method's row; several values of one option are all kept, in order of first use.
pub(crate) fn add_options(method: &mut MethodRow, options: &[(&str, String)]) {
    let mut known: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&method.options).unwrap_or_default();
    for (name, value) in options {
        let values = known.entry((*name).to_owned()).or_insert_with(|| serde_json::Value::Array(Vec::new()));
        if let Some(list) = values.as_array_mut()
            && !list.iter().any(|v| v == value)
        {
            list.push(value.clone().into());
        }
    }
    method.options = serde_json::Value::Object(known).to_string();
}
