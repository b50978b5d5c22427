"""Makes the table of the bench: table.py LINES MACHINE > results.md; ends with 1 if an engine's result differs.

Standard library only. Lines: work, engine, milliseconds of the rounds, results, note (see src/timing.rs).
"""
import math
import sys
from statistics import median

# Largest difference allowed, relative to the largest value of a vector. Peers stop a Cox search where the log-likelihood
# changes by 1e-9 or less (lifelines: where the Newton step is small), so coefficients agree to about the root of that.
TOLERANCE = {
    "survival": 1e-9, "low": 1e-9, "high": 1e-9, "chi_square": 1e-9, "c": 1e-7, "c_se": 1e-6, "loglik": 1e-8,
    "beta": 1e-5, "se": 1e-5, "mean_beta": 1e-3, "ph_global": 1e-5, "ph": 1e-5, "statistic": 1e-9, "cutpoint": 1e-12,
}
# Absolute differences of p-values: four standard errors of two Monte-Carlo runs of 99,999; the error of R's randomised
# integral; a p-value of permutations beside one of the Gaussian limit is not compared.
P_TOLERANCE = {"p_mc": 4 * math.sqrt(2 * 0.25 / 99_999), "p_gauss": 3e-3}
# crr ends its search at 1e-6, so its coefficients agree to that.
LOOSER = {"R cmprsk": {"beta": 1e-4, "se": 1e-4}}

# Peers whose results are known to be wrong: shown as differing, left out of the ratios, and no reason to fail.
KNOWN = {("finegray_5000", "crate survival"): "its standard errors do not include the censoring weights as crr's do"}

# Works that sort: their time grows as n log n, others' in proportion to the rows.
SORTING = {"concordance", "Kaplan-Meier, times that are no days"}

OURS, ALONE = "oligomet", "oligomet, 1 thread"
# Work, its title, and the aims: the peers whose names begin so (or all but R's), and how many times as long the
# fastest of them should take.
R, OTHERS = "R ", "the fastest other"
WORKS = [
    ("km_1e6", "Kaplan-Meier with intervals, 1e6 rows", [(R, 25), (OTHERS, 4)]),
    ("km_1e7", "Kaplan-Meier with intervals, 1e7 rows", [(R, 25), (OTHERS, 4)]),
    ("logrank", "Log-rank, 4 groups, 1e6 rows", [(R, 40), (OTHERS, 5)]),
    ("cox_full", "Cox, Efron, 1e6 x 10: fit, C with SE, test of proportional hazards", [(R, 15)]),
    ("cox_fit", "Cox, Efron, 1e6 x 10: fit", [(R, 2), (OTHERS, 3)]),
    ("cox_50", "Cox, Efron, 1e5 x 50: fit", [(R, 5)]),
    ("cox_200", "Cox, Efron, 1e4 x 200: fit", [(R, 5)]),
    ("cox_refit", "Cox, 133 x 5, resampled and refitted 10,000 times", [("R survival, coxph()", 50), (R, 50)]),
    ("concordance", "Concordance with SE, 1e6 rows", [(R, 10)]),
    ("maxstat_mc", "Maximally selected statistic, n = 133, 99,999 permutations", [(R, 20)]),
    ("maxstat_gauss_133", "The same, n = 133, Gaussian p-value", []),
    ("maxstat_gauss", "The same, 2,982 distinct values, Gaussian p-value", []),
    ("finegray_5000", "Fine-Gray with robust SE, 5e3 x 5", []),
    ("finegray_10000", "Fine-Gray with robust SE, 1e4 x 5", []),
    ("finegray_20000", "Fine-Gray with robust SE, 2e4 x 5", []),
    ("finegray", "Fine-Gray with robust SE, 1e5 x 5", [(R, 500)]),
]


class Line:
    def __init__(self, text):
        self.work, self.engine, times, results, self.note = (text.rstrip("\n").split("\t") + [""] * 5)[:5]
        self.times = [float(t) for t in times.split(",") if t]
        pairs = (part.split("=") for part in results.split(";") if part)
        self.results = {name: [float(v) for v in values.split()] for name, values in pairs}

    @property
    def ms(self):
        return median(self.times)

    def fact(self, name):
        return self.results["_" + name][0]


def difference(name, a, b):
    """Largest difference, relative to the largest value except for p-values; infinite where one is missing."""
    if len(a) != len(b) or not all(map(math.isfinite, a + b)):
        return math.inf
    largest = 1.0 if name in P_TOLERANCE else max(map(abs, a)) or 1.0
    return max(abs(x - y) for x, y in zip(a, b)) / largest


def agreement(ours, line):
    """Whether the results that both have agree, and in words."""
    shared = [name for name in line.results if name in ours.results and not name.startswith("_")]
    if not shared:
        return False, "nothing to compare"
    allowed = {**TOLERANCE, **P_TOLERANCE, **LOOSER.get(line.engine, {})}
    found = {name: difference(name, ours.results[name], line.results[name]) for name in shared}
    if wrong := [f"{name} {d:.0e}" for name, d in found.items() if not d <= allowed[name]]:
        return False, "**differs**: " + ", ".join(wrong)
    return True, "agrees: " + ", ".join(f"{name} {d:.0e}" for name, d in found.items())


def duration(ms):
    if ms < 0.9995:
        return f"{1000 * ms:.0f} µs"
    if ms < 9_999.5:
        return f"{ms:.3g} ms" if ms < 999.5 else f"{ms:.0f} ms"
    return f"{ms / 1000:.3g} s"


def times_as_long(ratio):
    return f"{ratio:.2g}" if ratio < 9.95 else f"{ratio:.0f}"


class Bench:
    def __init__(self, lines):
        self.lines = lines
        self.differing = []

    def of(self, work):
        return [line for line in self.lines if line.work == work]

    def get(self, work, engine):
        return next((line for line in self.of(work) if line.engine == engine and line.times), None)

    def works(self):
        print("| work | engine | median | least-most (rounds) | ratio to ours | results beside ours |\n|---|---|---|---|---|---|")
        for work, title, _ in WORKS:
            ours = self.get(work, OURS)
            for line in self.of(work) + self.extrapolated(work):
                self.row(title, ours, line)
                title = ""

    def row(self, title, ours, line):
        if not line.times or ours is None:
            return print(f"| {title} | {line.engine} | - | | | {line.note} |")
        words = ""
        if line.engine != OURS and line.results:
            agrees, words = agreement(ours, line)
            if known := KNOWN.get((line.work, line.engine)):
                words += f" (known: {known})"
            elif not agrees:
                self.differing.append(f"{line.work}, {line.engine}: {words}")
        spread = f"{duration(min(line.times))}-{duration(max(line.times))} ({len(line.times)})" if line.results else ""
        words = "; ".join(part for part in (words, line.note) if part)
        print(f"| {title} | {line.engine} | {duration(line.ms)} | {spread} | {times_as_long(line.ms / ours.ms)} | {words} |")

    def extrapolated(self, work):
        """crr at 1e5 rows, by the square of the rows from the largest size that was measured."""
        sizes = [(n, self.get(f"finegray_{n}", "R cmprsk")) for n in (5000, 10000, 20000)]
        sizes = [(n, line) for n, line in sizes if line]
        if work != "finegray" or len(sizes) < 2:
            return []
        (n0, first), (n, last) = sizes[0], sizes[-1]
        power = math.log(last.ms / first.ms) / math.log(n / n0)
        note = f"extrapolated by n² from {n:,} rows (power {power:.2f} between {n0:,} and {n:,})"
        return [Line(f"{work}\tR cmprsk, extrapolated\t{last.ms * (100_000 / n) ** 2}\t\t{note}")]

    def aims(self):
        print("| aim | found | met |\n|---|---|---|")
        for work, title, aims in WORKS:
            for group, factor in aims:
                self.ratio_aim(work, title, group, factor)
        self.limit("km_1e7", "Kaplan-Meier, 1e7 rows of days, one core: under 20 ms", 20, ALONE)
        self.limit("cox_refit", "Cox, 133 x 5: under 50 µs each", 500)
        self.limit("cox_refit", "the same on one thread", 500, ALONE)
        self.limit("maxstat_gauss", "deterministic p, 2,982 distinct values: under 100 ms", 100)
        for work, title in (("50", "Cox 1e5 x 50"), ("200", "Cox 1e4 x 200")):
            self.share(work, title)
        for line in self.lines:
            if line.work == "memory" and line.engine == "concordance" and line.results:
                ratio = line.fact("peak") / line.fact("input")
                print(f"| Concordance, {line.fact('rows'):.0e} rows: memory at most 2.5 times the input | {ratio:.2f} times | {'yes' if ratio <= 2.5 else 'no'} |")
        for work, (_, power) in self.powers().items():
            kind, most = ("n log n", 1.2) if work in SORTING else ("linear in the rows", 1.1)
            print(f"| {work}: {kind} (power of the rows at most {most}) | {power:.2f} | {'yes' if power <= most else 'no'} |")

    def powers(self):
        """For each growing work its times by rows, and the power of the rows between the least and the most."""
        found = {}
        for line in self.lines:
            if line.work == "growth" and line.times:
                found.setdefault(line.engine, []).append((line.fact("rows"), line.ms))
        power = lambda a: math.log(a[-1][1] / a[0][1]) / math.log(a[-1][0] / a[0][0])
        return {work: (dict(times), power(sorted(times))) for work, times in found.items() if len(times) > 1}

    def ratio_aim(self, work, title, group, factor):
        ours = self.get(work, OURS)
        peers = [line for line in self.of(work) + self.extrapolated(work) if line.times and OURS not in line.engine]
        is_meant = (lambda name: not name.startswith(R)) if group == OTHERS else (lambda name: name.startswith(group))
        peers = [line for line in peers if is_meant(line.engine) and (line.work, line.engine) not in KNOWN]
        if not ours or not peers:
            return print(f"| {title}: {factor} times {group.strip()} | not measured | ? |")
        best = min(peers, key=lambda line: line.ms)
        ratio = best.ms / ours.ms
        met = "yes" if ratio >= factor else "no"
        print(f"| {title}: {factor} times {group.strip()} | {times_as_long(ratio)} times {best.engine} | {met} |")

    def limit(self, work, title, ms, engine=OURS):
        line = self.get(work, engine)
        if line:
            each = line.ms / line.fact("refits") * 10_000 if work == "cox_refit" else line.ms
            found = duration(each / 10_000) + " each" if work == "cox_refit" else duration(each)
            print(f"| {title} | {found} | {'yes' if each < ms else 'no'} |")

    def share(self, work, title):
        """Additions and products of the information, n p² per evaluation, beside those of the best product."""
        fit = self.get(f"cox_{work}", OURS)
        gram = self.get(f"gemm_{work}", "matrixmultiply, X'X")
        if not fit or not gram:
            return
        own = gram.fact("flops") / 2 * (fit.fact("iterations") + 1) / fit.ms / 1e6
        rates = {line.engine: line.fact("flops") / line.ms / 1e6 for line in self.of(f"gemm_{work}") if line.times}
        best = gram.fact("flops") / gram.ms / 1e6
        all_rates = "; ".join(f"{engine} {rate:.0f}" for engine, rate in rates.items())
        print(f"| {title}: half of a dgemm | the whole fit {own:.1f} GFLOP/s = {100 * own / best:.0f} % of the same product by the same library ({all_rates} GFLOP/s) | {'yes' if own >= best / 2 else 'no'} |")

    def growth(self):
        powers = self.powers()
        sizes = sorted({n for times, _ in powers.values() for n in times})
        print("| work | " + " | ".join(f"{n:.0e} rows".replace("e+0", "e") for n in sizes) + " | power of the rows |\n|---" * 1 + "|---" * (len(sizes) + 1) + "|")
        for work, (times, power) in powers.items():
            print(f"| {work} | " + " | ".join(duration(times[n]) if n in times else "-" for n in sizes) + f" | {power:.2f} |")

    def memory(self):
        print("| work | rows | input | peak above it | times the input |\n|---|---|---|---|---|")
        for line in self.of("memory"):
            if not line.results:
                print(f"| {line.engine} | | | | {line.note} |")
                continue
            given, peak = line.fact("input"), line.fact("peak")
            print(f"| {line.engine} | {line.fact('rows'):.0e} | {given / 1e6:.1f} MB | {peak / 1e6:.1f} MB | {peak / given:.2f} |")


def main(lines, machine):
    bench = Bench([Line(text) for text in open(lines, encoding="utf-8") if text.strip()])
    print("# Survival statistics beside their peers\n")
    print("Written by `run.sh`; data in memory, one run, medians. How it is measured: [README.md](README.md).\n")
    print("Machine: " + "; ".join(open(machine, encoding="utf-8").read().split("\n")).strip("; ") + ".\n\n## Aims\n")
    bench.aims()
    print("\n## All works\n")
    bench.works()
    if convert := bench.get("km_convert", OURS):
        print(f"\nMaking integers of 1e7 days held as floating-point numbers, apart from the above: {duration(convert.ms)}.")
    print("\n## Growth\n\nOur times with more rows (days: at most 4,000 distinct times; the times that are no days all differ).\n")
    bench.growth()
    print("\n## Memory\n\nPeak of one work in a process of its own, above what held the input; the input is not counted in it.\n")
    bench.memory()
    if bench.differing:
        print("\n## Differences\n\n" + "\n".join(f"- {text}" for text in bench.differing))
    return 1 if bench.differing else 0


sys.exit(main(*sys.argv[1:]))
