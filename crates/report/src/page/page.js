"use strict";
(function () {
  var data = JSON.parse(document.getElementById("om-data").textContent);
  var SHOWN = 2000;
  var panel = null, opener = null;
  var NAMES = {
    "n": "patients", "n.event": "events", "n.risk": "at risk", "cum.event": "events up to then", "n.missing": "missing",
    "n.excluded": "left out", "n.unknown": "unknown", "estimate": "estimate", "std.error": "standard error", "conf.low": "lower limit",
    "conf.high": "upper limit", "hazard.ratio": "hazard ratio", "hazard.ratio.low": "lower limit", "hazard.ratio.high": "upper limit",
    "p.value": "P value", "p.value.global": "P value, all levels", "statistic": "test statistic", "parameter": "degrees of freedom",
    "p": "share", "smd": "standardised difference", "p25": "first quartile", "p75": "third quartile", "sd": "standard deviation"
  };

  function element(name, text, parent) {
    var e = document.createElement(name);
    if (text !== undefined && text !== null) e.textContent = text;
    if (parent) parent.appendChild(e);
    return e;
  }
  function parts(key) {
    return key.split("|").map(function (p) { return p.replace(/%7C/g, "|").replace(/%25/g, "%"); });
  }
  /* What a key says: the same for rows of `stats` and of `curves`. */
  function read(key) {
    var p = parts(key);
    if (p[0] === "curves") return { analysis: p[1], endpoint: p[2], context: "curves", variable: "time", level: p[5] };
    return { analysis: p[0], endpoint: p[1], context: p[2], variable: p[11], level: p[12] };
  }
  function members(cohort) {
    var subjects = data.subjects, out = [], i;
    var grouping = cohort.group ? subjects.groupings[cohort.group] : null;
    var code = grouping ? grouping.levels.indexOf(cohort.level) : -1;
    var set = cohort.endpoint ? subjects.sets[cohort.endpoint] : null;
    var n = set ? set.who.length : subjects.ids.length;
    for (i = 0; i < n; i++) {
      var who = set ? set.who[i] : i;
      if (grouping && grouping.codes[who] !== code) continue;
      out.push({ who: who, entry: set && set.entry ? set.entry[i] : 0, exit: set ? set.exit[i] : 0, event: set ? set.event[i] : 0 });
    }
    return out;
  }
  /* Which of the cohort's patients a number counts. */
  function counted(list, what, name) {
    var grouping = data.subjects.groupings[what.variable], time = Number(what.level);
    if (name === "n.event") list = list.filter(function (s) { return s.event !== 0; });
    if (what.variable === "time" && name === "n.risk") list = list.filter(function (s) { return s.exit >= time - 1e-6 && (s.entry < time || time === 0); });
    if (what.variable === "time" && name === "cum.event") list = list.filter(function (s) { return s.event !== 0 && s.exit <= time + 1e-6; });
    if (!grouping) return list;
    if (name === "n.missing") return list.filter(function (s) { return grouping.codes[s.who] < 0; });
    var code = grouping.levels.indexOf(what.level);
    if (what.level !== "" && code >= 0) return list.filter(function (s) { return grouping.codes[s.who] === code; });
    return list;
  }
  function id(who) {
    var number = String(data.subjects.ids[who] + 1);
    while (number.length < data.subjects.width) number = "0" + number;
    return "S" + number;
  }
  function showCohort(box, what, found) {
    var cohort = data.cohorts[found[0].entry.c];
    if (!cohort) return;
    element("h3", "Patients behind it", box);
    element("p", cohort.words, box);
    if (cohort.filter) element("p", "where " + cohort.filter, box).className = "om-hash";
    if (!data.subjects) {
      element("p", "This report was made to be shared: it lists no patients.", box);
      return;
    }
    var counts = found.filter(function (f) { return isCount(f.name); });
    if (counts.length === 0) counts = [{ name: "", entry: { v: null } }];
    counts.forEach(function (f) {
      if (counts.length > 1) element("h4", NAMES[f.name] || f.name, box);
      showPatients(box, what, f.name, f.entry.v, cohort);
    });
  }
  function isCount(name) { return /^(n$|n\.|cum\.event)/.test(name); }
  function showPatients(box, what, name, value, cohort) {
    var list = counted(members(cohort), what, name);
    var expected = name && value !== null ? value : cohort.n;
    var total = data.subjects.complete ? list.length : Math.max(list.length, expected || 0);
    element("p", total + (total === 1 ? " patient" : " patients"), box);
    if (name && data.subjects.complete && value !== null && value !== list.length)
      element("p", "The number itself counts " + value + ": the analysis leaves out some of these, for instance for a value that is missing elsewhere.", box);
    var shown = list.slice(0, SHOWN).map(function (s) { return id(s.who); });
    element("p", shown.join(" ") + (total > shown.length ? " and " + (total - shown.length) + " more" : ""), box).className = "om-ids";
  }
  function open(target) {
    close();
    var key = target.getAttribute("data-key"), names = target.getAttribute("data-stat").split(" ");
    var what = read(key), row = data.numbers[key] || {}, found = [], method;
    opener = target;
    panel = element("div", null, document.body);
    panel.className = "om-panel";
    panel.setAttribute("role", "dialog");
    panel.setAttribute("aria-label", "Where this number comes from");
    var button = element("button", "Close", panel);
    button.addEventListener("click", close);
    element("h2", target.textContent, panel);
    element("p", about(what), panel);
    element("h3", "Full precision", panel);
    var body = element("tbody", null, element("table", null, panel));
    names.forEach(function (name) {
      var entry = row[name];
      if (!entry) return;
      found.push({ name: name, entry: entry });
      if (method === undefined) method = entry.m;
      var line = element("tr", null, body);
      element("th", NAMES[name] || name, line);
      element("td", (entry.v === null ? (entry.t || "none") : String(entry.v)) + (entry.u && entry.v !== null ? " " + entry.u : ""), line);
      if (entry.w) element("p", "Note: " + entry.w, panel);
    });
    if (found.length > 0) showCohort(panel, what, found);
    showMethod(panel, data.methods[method]);
    button.focus();
  }
  function showMethod(box, method) {
    if (!method) return;
    element("h3", "Method", box);
    element("p", method.title + ". " + method.sentence, box);
    if (method.source) element("p", method.source, box).className = "om-small";
  }
  /* Where a number stands, in the report's words. */
  function about(what) {
    var label = data.labels[what.variable] || what.variable, words = [data.labels[what.analysis] || what.analysis];
    words.push(data.labels[what.endpoint] || what.endpoint);
    if (what.variable === "time") words.push("at " + what.level + " days");
    else if (what.variable === "tau") words.push("up to " + what.level + " days");
    else if (what.variable === "prob") words.push("quantile " + what.level);
    else if (what.variable !== "n") words.push(label, what.level);
    return words.filter(function (t) { return t; }).join(" · ");
  }
  function close() {
    if (!panel) return;
    panel.remove();
    panel = null;
    if (opener) opener.focus();
  }
  document.querySelectorAll("[data-key]").forEach(function (e) {
    e.setAttribute("tabindex", "0");
    e.setAttribute("role", "button");
    e.setAttribute("aria-haspopup", "dialog");
  });
  document.body.classList.add("om-live");
  document.addEventListener("click", function (event) {
    var target = event.target.closest("[data-key]");
    if (target) open(target);
    else if (panel && !panel.contains(event.target)) close();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") close();
    var target = event.target;
    if ((event.key === "Enter" || event.key === " ") && target.hasAttribute && target.hasAttribute("data-key")) {
      event.preventDefault();
      open(target);
    }
  });
})();
