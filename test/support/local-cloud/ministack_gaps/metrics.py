"""CloudWatch: metrics of queues, metrics inside log lines, and alarms that watch the metric they name."""

import json
import logging
import math
import os
import threading
import time

from ministack.core.responses import request_scope
from ministack.services import cloudwatch, lambda_svc, sqs

logger = logging.getLogger("local-cloud.metrics")
# AWS publishes once a minute; a test does not wait that long.
SECONDS_BETWEEN = float(os.environ.get("LOCAL_CLOUD_METRICS_SECONDS", "2"))
# How long CloudWatch keeps data points finer than a minute.
SECONDS_KEPT = 3 * 60 * 60


def register() -> None:
    """Replaces the evaluation of an alarm, wraps the writing of Lambda's logs, starts the clock."""
    cloudwatch._evaluate_alarm = evaluate_alarm
    lambda_svc._emit_lambda_logs = with_embedded_metrics(with_invocation_metrics(lambda_svc._emit_lambda_logs))
    lambda_svc._emit_lambda_metrics = throttles_only(lambda_svc._emit_lambda_metrics)
    threading.Thread(target=_keep_publishing, name="local-cloud-metrics", daemon=True).start()


def _keep_publishing() -> None:
    while True:
        time.sleep(SECONDS_BETWEEN)
        try:
            publish_queue_metrics()
            evaluate_alarms_everywhere()
        except Exception:
            logger.exception("metrics not published")


def publish_queue_metrics() -> None:
    """AWS/SQS per queue: messages that wait, messages in flight, age of the oldest. MiniStack publishes none, so that an
    alarm on a dead-letter queue never fires."""
    now = time.time()
    for (account, region, _), queue in list(sqs._queues._data.items()):
        messages = list(queue["messages"])
        waiting = [message for message in messages if message["visible_at"] <= now]
        values = {"ApproximateNumberOfMessagesVisible": len(waiting),
                  "ApproximateNumberOfMessagesNotVisible": len(messages) - len(waiting),
                  "ApproximateAgeOfOldestMessage": max((now - m["sent_at"] for m in messages), default=0)}
        with request_scope(account, region):
            for metric, value in values.items():
                unit = "Seconds" if metric.endswith("OldestMessage") else "Count"
                _publish("AWS/SQS", metric, value, unit, {"QueueName": queue["name"]})


def with_invocation_metrics(emit_logs):
    """AWS/Lambda counts every invocation and error, whatever invoked the function. MiniStack counts those of the Invoke
    API alone, so that an alarm on the errors of a function behind a queue, stream, rule or schedule never fires."""

    def emit_logs_and_counts(func, request_id, log_text, error, duration_ms, *rest, **named):
        emit_logs(func, request_id, log_text, error, duration_ms, *rest, **named)
        dimensions = {"FunctionName": (func.get("config") or func).get("FunctionName", "")}
        _publish("AWS/Lambda", "Invocations", 1, "Count", dimensions)
        _publish("AWS/Lambda", "Errors", 1 if error else 0, "Count", dimensions)
        _publish("AWS/Lambda", "Duration", duration_ms, "Milliseconds", dimensions)

    return emit_logs_and_counts


def throttles_only(emit_metrics):
    """What with_invocation_metrics counts must not be counted by the Invoke API again."""

    def emit(function_name: str, duration_ms: float, error: bool, throttle: bool) -> None:
        if throttle:
            emit_metrics(function_name, duration_ms=0.0, error=False, throttle=True)

    return emit


def with_embedded_metrics(emit_logs):
    """CloudWatch Logs extracts the metrics of lines in embedded metric format, whoever writes them. MiniStack stores the
    line and extracts nothing."""

    def emit_logs_and_metrics(func, request_id, log_text, *rest, **named):
        emit_logs(func, request_id, log_text, *rest, **named)
        for line in (log_text or "").splitlines():
            if '"_aws"' in line:
                try:
                    _publish_embedded(json.loads(line[line.index("{"):]))
                except (ValueError, KeyError, TypeError):
                    logger.warning("not a line in embedded metric format: %s", line)

    return emit_logs_and_metrics


def _publish_embedded(document: dict) -> None:
    for directive in document["_aws"]["CloudWatchMetrics"]:
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(document[name]) for name in names}
            for metric in directive["Metrics"]:
                values = document[metric["Name"]]
                for value in values if isinstance(values, list) else [values]:
                    _publish(directive["Namespace"], metric["Name"], value, metric.get("Unit", "None"), dimensions)


def _publish(namespace: str, metric: str, value: float, unit: str, dimensions: dict) -> None:
    cloudwatch.record_metric(namespace, metric, value, unit, dimensions)
    points = cloudwatch._metric_bucket((namespace, metric, cloudwatch._dims_key(dimensions)))
    while points and points[0]["Timestamp"] < time.time() - SECONDS_KEPT:
        points.pop(0)


def evaluate_alarms_everywhere() -> None:
    """CloudWatch evaluates alarms all the time; MiniStack only when somebody calls PutMetricData."""
    for account, region in {key[:2] for key in list(cloudwatch._alarms._data)}:
        with request_scope(account, region):
            cloudwatch._evaluate_all_alarms()


def evaluate_alarm(alarm: dict) -> None:
    """AWS takes the points of exactly the alarm's dimensions, one statistic a period, and needs DatapointsToAlarm of the
    last EvaluationPeriods to breach; TreatMissingData says what an empty period counts for. MiniStack mixes all
    dimensions of a metric (any full queue sets off every queue's alarm) and leaves an alarm alone without data."""
    if not alarm.get("MetricName"):
        return
    period, count = int(alarm.get("Period", 60)), int(alarm.get("EvaluationPeriods", 1))
    needed = int(alarm.get("DatapointsToAlarm") or count)
    treatment = alarm.get("TreatMissingData") or "missing"
    dimensions = alarm.get("Dimensions") or []
    if isinstance(dimensions, list):
        dimensions = {dimension["Name"]: dimension["Value"] for dimension in dimensions}
    key = (alarm.get("Namespace"), alarm["MetricName"], cloudwatch._dims_key(dimensions))
    now = time.time()
    periods = [[] for _ in range(count)]
    for point in cloudwatch._metrics.get(key) or []:
        back = math.floor((now - point["Timestamp"]) / period)
        if 0 <= back < count:
            periods[back].append(point)
    verdicts = [_breaches(alarm, points) if points else {"breaching": True, "notBreaching": False}.get(treatment)
                for points in periods]
    known = [verdict for verdict in verdicts if verdict is not None]
    if sum(known) >= needed:
        state = "ALARM"
    elif known:
        state = "OK"
    else:
        state = alarm["StateValue"] if treatment == "ignore" else "INSUFFICIENT_DATA"
    _move(alarm, state)


def _breaches(alarm: dict, points: list) -> bool:
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    value = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points)
    threshold = float(alarm.get("Threshold", 0))
    return {"GreaterThanOrEqualToThreshold": value >= threshold, "GreaterThanThreshold": value > threshold,
            "LessThanThreshold": value < threshold, "LessThanOrEqualToThreshold": value <= threshold,
            }.get(alarm.get("ComparisonOperator"), False)


def _move(alarm: dict, state: str) -> None:
    """Changes an alarm's state and does what it says to do then, as MiniStack's own evaluation does."""
    before = alarm["StateValue"]
    if before == state:
        return
    reason = f"{alarm.get('Statistic') or alarm.get('ExtendedStatistic')} of {alarm['MetricName']} against " \
             f"{alarm.get('ComparisonOperator')} {alarm.get('Threshold')}: {state}"
    alarm.update(StateValue=state, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, state, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, state, reason)
    cloudwatch._evaluate_parent_alarms(alarm)
