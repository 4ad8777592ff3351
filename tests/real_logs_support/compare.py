"""Prints what pm4py finds in a log (CSV) and, on a second line, in an XES file:
cases, events, and a digest of the variants with how many cases each has."""

import hashlib
import sys

import pandas
import pm4py


def told(log):
    variants = pm4py.get_variants(log)
    counts = sorted(
        (" > ".join(variant), count if isinstance(count, int) else len(count))
        for variant, count in variants.items()
    )
    digest = hashlib.sha256(repr(counts).encode()).hexdigest()[:16]
    activities = sorted(log["concept:name"].value_counts().to_dict().items())
    activities = hashlib.sha256(repr(activities).encode()).hexdigest()[:16]
    cases = log["case:concept:name"].nunique()
    return f"{cases} cases {len(log)} events {len(counts)} variants {digest} {activities}"


path, xes, case, activity, times = sys.argv[1:]
table = pandas.read_csv(path, dtype=str, keep_default_na=False)
# The order of the rows of a case: as the log's own columns say, or, where they
# name none but the time of the file, as they stand in it.
if "," in times:
    table = table.sort_values(times.split(","), kind="stable")
table = pandas.DataFrame({
    "case:concept:name": table[case],
    "concept:name": table[activity],
})
# pm4py sorts by time: the place in the file stands for it.
table["time:timestamp"] = pandas.to_datetime(range(len(table)), unit="s", utc=True)
# Brings the rows of a case together, as pm4py expects them.
print(told(pm4py.format_dataframe(table)))

log = pm4py.read_xes(xes)
log["time:timestamp"] = pandas.to_datetime(range(len(log)), unit="s", utc=True)
print(told(log))
