"""Decodes TLS reports (RFC 8460) with Python's standard library, as one would write it plainly.

    decode.py FOLDER           every file is a mail, or JSON by itself
    decode.py FOLDER --each    only says for each file what it read, or "-"

Says "ready REPORTS SUCCESSFUL FAILED DETAILS" when warm. For each line with a number of seconds it decodes that long and says how
many reports it read and the processor seconds it took.
"""
import datetime
import email
import gzip
import json
import pathlib
import sys
import time


def payloads(raw):
    if raw[:1] == b"{":
        yield raw
        return
    for part in email.message_from_bytes(raw).walk():
        if part.is_multipart():
            continue
        if part.get_content_type() in ("application/tlsrpt+gzip", "application/tlsrpt+json", "application/gzip", "application/json", "application/x-gzip"):
            content = part.get_payload(decode=True)
            yield gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content


def when(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def reports(raw):
    for payload in payloads(raw):
        report = json.loads(payload)
        span = report["date-range"]
        policies = []
        for entry in report["policies"]:
            policy, summary = entry["policy"], entry["summary"]
            details = [
                (
                    detail["result-type"],
                    detail.get("sending-mta-ip"),
                    detail.get("receiving-mx-hostname"),
                    int(detail["failed-session-count"]),
                    detail.get("failure-reason-code"),
                )
                for detail in entry.get("failure-details") or ()
            ]
            policies.append(
                (
                    policy["policy-type"],
                    policy.get("policy-domain"),
                    int(summary["total-successful-session-count"]),
                    int(summary["total-failure-session-count"]),
                    details,
                )
            )
        yield report.get("organization-name"), report.get("report-id"), when(span["start-datetime"]), when(span["end-datetime"]), policies


def decode(files):
    count = successful = failed = details = 0
    for raw in files:
        for _, _, _, _, policies in reports(raw):
            count += 1
            for _, _, good, bad, found in policies:
                successful += good
                failed += bad
                details += len(found)
    return count, successful, failed, details


def timed(files, seconds):
    count, begin = 0, time.process_time()
    while True:
        count += decode(files)[0]
        taken = time.process_time() - begin
        if taken >= seconds:
            return count, taken


def each(raw):
    try:
        return " ".join(map(str, decode([raw])))
    except (ArithmeticError, LookupError, OSError, TypeError, ValueError, AttributeError):
        return "-"


def main():
    files = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).iterdir())]
    if "--each" in sys.argv:
        for raw in files:
            print(each(raw))
        return
    timed(files, 1)
    print("ready", *decode(files), flush=True)
    for line in sys.stdin:
        count, taken = timed(files, float(line))
        print(count, f"{taken:.6f}", flush=True)


main()
