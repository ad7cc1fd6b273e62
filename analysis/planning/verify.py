"""Kiểm tra danh sách rút mẫu / Checks the draw: python3 verify.py [mã cam kết đã công bố / commitment as published]"""
import csv, hashlib, itertools, json, pathlib, sys; sys.excepthook = lambda *why: print(f"SAI: tệp bị hỏng / BAD: a file is damaged ({why[1]!r})")
def sha(text): return hashlib.sha256(text.encode()).hexdigest()
def u(label): return ((int(sha(f"{seed}:{label}")[:16], 16) >> 11) + 0.5) / 2**53
def chances(sizes, n, sure=frozenset()):  # In proportion to size; a unit too large for that is certain.
    pi = {k: 1.0 if k in sure else (n - len(sure)) * sizes[k] / rest for rest in [sum(sizes[k] for k in {*sizes} - sure)] for k in sizes}
    return pi if (more := {k for k in pi if pi[k] >= 1 - 1e-12}) == sure else chances(sizes, n, more)
def systematic(label, codes, n):  # Every (N / n)-th from a random start.
    codes, step, start = [*codes], len(codes) / max(n, 1), u(f"{label}:") * (len(codes) / max(n, 1))
    return [codes[min(int(start + i * step), len(codes) - 1)] for i in range(n)]
def sampford(label, pi, n):  # One in proportion to its chance, every other by its own, until they are n different ones.
    codes, m = sorted(pi), n - sum(p == 1 for p in pi.values())
    for mark in (f"{label}:{i}:" for i in itertools.count()):
        ends = zip(codes, itertools.accumulate(pi[k] % 1 for k in codes), itertools.repeat(u(mark) * m))
        others = [k for k in codes if pi[k] == 1 or (m > 1 and u(mark + k) < pi[k])]
        if n == len(taken := [k for k, end, at in ends if at < end][:1] + others) == len({*taken}): return taken
def walk(label, rows, stages, psu="", p=1.0, spare=0):  # The stages of the draw, each within the units of the one before.
    stage, rest, units, key = stages[0], stages[1:], {}, stages[0]["unit"]
    for row in sorted(rows, key=lambda row: [row.get(column, row["code"]) for column in [*stage["order"], key]]):
        for k in [f"{row['code']}#{i + 1:04}" for i in range(int(row["people"]))] if key == "person" else [row[key]]:
            units.setdefault(k, []).append(row)
    n, size = len(units) if stage["method"] == "all" else min(stage["number"], len(units)), stage["size"]
    by_size, mixed = stage["method"] == "proportional", sorted(units, key=lambda k: (u(f"{label}:{k}"), k))
    pi = chances({k: sum(int(r[size]) if size else 1 for r in units[k]) if by_size else 1 for k in units}, n)
    drawn = {"proportional": sampford, "systematic": systematic}.get(stage["method"], lambda *_: mixed[:n])(label, pi, n)
    for i, k in enumerate([*dict.fromkeys([*drawn, *mixed])][: n + stage["reserves"]], 1 - n):
        row, case = units[k][0], (psu or k, p * pi[k], spare if psu or not rest else max(i, 0))
        if rest: yield from walk(f"{label}|{k}", units[k], rest, *case)
        else: yield [k, row["unit"], label.split("|")[0], case[0], row.get("respondent_type", ""), *case[1:], max(i, 0)]
read = {path.name: path.read_bytes().decode() for path in pathlib.Path(__file__).resolve().parent.glob("*.[cj]s*")}
said = json.loads(read["plan.json"]) | (sealed := json.loads(read["seal.json"])) | json.loads(read["draw.json"])
plan, seal, groups = said["plan"], sha(sha(read["frame.csv"]) + sha(read["plan.json"])), {one["code"]: [] for one in said["strata"]}
for row in csv.DictReader(read["frame.csv"].split("\n")): groups["/".join(row[c] for c in plan["strata"])].append(row)
seed, first = sha(f"{seal}:{said['public_number']}"), {one["code"]: {**plan["stages"][0], "number": one["units"]} for one in said["strata"]}
cases = sorted((c for k in groups for c in walk(k, groups[k], [first[k], *plan["stages"][1:]])), key=lambda c: (c[2], c[6], c[3], c[7], c[0]))
again = {*systematic("reinterview", sample := [c[0] for c in cases if not c[6] + c[7]], round(plan["reinterview"] * len(sample)))}
head = "code,unit,stratum,psu,respondent_type,probability,reserve_psu,reserve,reinterview,weight".split(",")
lines = [head, *([str(cell) for cell in [*case, int(case[6] + case[7] == 0 and case[0] in again), 1 / case[5]]] for case in cases)]
right = [plan["public_number"], seal, seal, seed, lines] == [sealed["public_number"], said["commitment"], [*sys.argv, seal][1], said["seed"], [*csv.reader(read["cases.csv"].split("\n"))][:-1]]
sys.exit(print(f"{'ĐÚNG: danh sách khớp với mã cam kết' if right else 'SAI: dàn mẫu, kế hoạch, con số hoặc danh sách đã bị đổi'} / {'GOOD' if right else 'BAD'}: {seal}") or not right)
