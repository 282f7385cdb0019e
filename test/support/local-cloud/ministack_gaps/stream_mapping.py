"""Lambda's reading of a DynamoDB stream: retries, bisection, partial failures, age, and where failed batches go."""

import json
import logging
import time
from dataclasses import dataclass, field

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc

logger = logging.getLogger("local-cloud.streams")
# AWS waits longer and longer between attempts; here the longest wait is short enough for a test.
FIRST_WAIT, LONGEST_WAIT = 0.2, 5.0


@dataclass
class Reading:
    """How far one mapping has read: `ends` bounds the batches that wait to be retried, the next one last (the halves
    of a bisected batch), and `attempts` counts the failures of the batch at `position`."""

    position: int
    ends: list[int] = field(default_factory=list)
    attempts: int = 0
    busy: bool = False
    not_before: float = 0.0


_readings: dict[str, Reading] = {}


def register() -> None:
    """Replaces MiniStack's poller of DynamoDB streams."""
    lambda_svc._poll_dynamodb_streams = poll_streams


def poll_streams() -> bool:
    """AWS honours batchItemFailures, MaximumRetryAttempts, MaximumRecordAgeInSeconds, BisectBatchOnFunctionError,
    filter criteria and OnFailure for a stream. MiniStack drops batchItemFailures (the failed records are lost), retries
    for ever and never bisects. Not imitated: ParallelizationFactor and MaximumBatchingWindowInSeconds (a batch goes at
    once). Each mapping has one batch at work at most, so that a stream's order is kept."""
    started = False
    for account, region, mapping in lambda_svc._iter_all_esms():
        table = _table_of(mapping)
        if table is None or not mapping.get("Enabled", True):
            continue
        with request_scope(account, region):
            started = _start_batch(account, region, mapping, table) or started
    return started


def _table_of(mapping: dict) -> str | None:
    try:
        found = lambda_svc._dynamodb_stream_table_from_arn_spec(parse_arn(mapping.get("EventSourceArn", "")))
    except ArnParseError:
        return None
    return found[0] if found else None


def _start_batch(account: str, region: str, mapping: dict, table: str) -> bool:
    function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    stream = (dynamodb._tables.get(table) or {}).get("LatestStreamArn")
    if function is None or stream != mapping["EventSourceArn"]:
        return False
    reading = _reading(mapping, table)
    horizon, end = dynamodb.stream_start_position(table), dynamodb.stream_end_position(table)
    reading.position = max(reading.position, horizon)
    if reading.busy or reading.not_before > time.time() or reading.position >= end:
        return False
    while reading.ends and reading.ends[-1] <= reading.position:
        reading.ends.pop()
    if not reading.ends:
        reading.ends.append(min(end, reading.position + int(mapping.get("BatchSize") or 100)))
    batch_end = reading.ends[-1]
    records = dynamodb.stream_records_since(table, reading.position, batch_end - reading.position)
    wanted = [(reading.position + index, record) for index, record in enumerate(records)
              if lambda_svc._apply_filter_criteria([record], mapping)]
    if not wanted:
        _advance(reading, batch_end)
        return True
    reading.busy = True
    lambda_svc._dispatch_esm_batch(mapping["UUID"], _run_batch, account, region, mapping, function, reading, wanted)
    return True


def _reading(mapping: dict, table: str) -> Reading:
    known = _readings.get(mapping["UUID"])
    if known is None:
        # MiniStack fixed the first position when the mapping was made, so that LATEST misses nothing since.
        lambda_svc._init_stream_position(mapping["UUID"], mapping["EventSourceArn"],
                                         mapping.get("StartingPosition", "LATEST"))
        with lambda_svc._dynamodb_stream_positions_lock:
            first = lambda_svc._dynamodb_stream_positions[mapping["UUID"]]
        known = _readings[mapping["UUID"]] = Reading(first)
    return known


def _run_batch(account: str, region: str, mapping: dict, function: dict, reading: Reading, wanted: list) -> None:
    with request_scope(account, region):
        try:
            limit = int(mapping.get("MaximumRecordAgeInSeconds") or -1)
            expired = [item for item in wanted if 0 < limit < time.time() - _created(item[1])]
            if expired:
                _give_up(mapping, function, expired, {}, "MaxRecordAgeExceeded")
                _advance(reading, expired[-1][0] + 1)
                return
            result = lambda_svc._execute_function(function, {"Records": [record for _, record in wanted]})
            failed_at = _first_failure(mapping, wanted, result)
            if failed_at is None:
                mapping["LastProcessingResult"] = f"OK - {len(wanted)} records"
                _advance(reading, reading.ends[-1])
            else:
                mapping["LastProcessingResult"] = "FAILED"
                _after_failure(mapping, function, reading, wanted, failed_at, result)
        except Exception:
            logger.exception("batch of %s not processed", mapping["EventSourceArn"])
            reading.not_before = time.time() + LONGEST_WAIT
        finally:
            reading.busy = False


def _first_failure(mapping: dict, wanted: list, result: dict) -> int | None:
    """Where to read on from: None for success, the first position for a failed batch, and the lowest of the reported
    ones for a partial failure. A report that names no record of the batch fails all of it, as on AWS."""
    first = wanted[0][0]
    if result.get("error"):
        return first
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return None
    body = result.get("body")
    if isinstance(body, str):
        try:
            body = json.loads(body)
        except ValueError:
            return first
    if body in (None, {}):
        return None
    failures = body.get("batchItemFailures") if isinstance(body, dict) else first
    if failures in (None, []):
        return None
    if not isinstance(failures, list):
        return first
    positions = {record["dynamodb"]["SequenceNumber"]: position for position, record in wanted}
    named = [positions.get((failure or {}).get("itemIdentifier")) for failure in failures]
    return first if None in named else min(named)


def _after_failure(mapping, function, reading: Reading, wanted: list, failed_at: int, result: dict) -> None:
    """Retries from the failed record on. A mapping that bisects cuts the batch at the reported record, or in half where
    the first record failed, which costs no attempt. After the last attempt the rest of the batch goes to the failure
    destination and the stream moves on."""
    batch_end = reading.ends[-1]
    remaining = [item for item in wanted if item[0] >= failed_at]
    if failed_at > wanted[0][0]:
        reading.position, reading.attempts = failed_at, 0
    elif mapping.get("BisectBatchOnFunctionError") and len(remaining) > 1:
        reading.ends.append(remaining[len(remaining) // 2][0])
        return
    reading.attempts += 1
    retries = mapping.get("MaximumRetryAttempts")
    if retries is not None and 0 <= int(retries) < reading.attempts:
        _give_up(mapping, function, remaining, result, "RetryAttemptsExhausted")
        _advance(reading, batch_end)
        return
    reading.not_before = time.time() + min(FIRST_WAIT * 2 ** (reading.attempts - 1), LONGEST_WAIT)


def _advance(reading: Reading, position: int) -> None:
    reading.position, reading.attempts, reading.not_before = position, 0, 0.0


def _created(record: dict) -> float:
    return float(record["dynamodb"].get("ApproximateCreationDateTime", time.time()))


def _give_up(mapping: dict, function: dict, items: list, result: dict, condition: str) -> None:
    """Sends AWS's record of a failed batch (stream position and reason, not the data) to OnFailure, if there is one.
    MiniStack writes it right but for approximateInvokeCount, which is always 1."""
    logger.warning("%s: %d records of %s given up", condition, len(items), mapping["EventSourceArn"])
    lambda_svc._send_ddb_stream_failure_record(
        mapping, function, [record for _, record in items], mapping["EventSourceArn"], result, condition)
