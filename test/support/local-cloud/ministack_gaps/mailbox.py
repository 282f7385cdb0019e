"""Email subscriptions of SNS: what a subscriber would get, in a file."""

import json
import logging
import os
import threading
import time

from ministack.services import sns

logger = logging.getLogger("local-cloud.mailbox")
_writing = threading.Lock()


def register() -> None:
    """Wraps the delivery of a message to a topic's subscribers."""
    sns._fanout = also_by_email(sns._fanout)


def also_by_email(fan_out):
    """AWS sends an email to each confirmed email subscription whose filter policy matches, with the `email` text of a
    `MessageStructure: json` message. MiniStack writes a log line. Here each email becomes a line of the mailbox file.
    The unsubscribe footer that AWS adds is left out."""

    def fan_out_and_mail(topic_arn, msg_id, message, subject, message_structure="", message_attributes=None, *rest,
                         **named):
        fan_out(topic_arn, msg_id, message, subject, message_structure, message_attributes, *rest, **named)
        try:
            _mail(topic_arn, msg_id, message, subject, message_structure, message_attributes or {})
        except Exception:
            logger.exception("email of %s not written", topic_arn)

    return fan_out_and_mail


def _mail(topic_arn: str, msg_id: str, message: str, subject: str, structure: str, attributes: dict) -> None:
    topic = sns._topic_by_arn_any_scope(topic_arn)
    for subscription in (topic or {}).get("subscriptions", []):
        protocol = subscription.get("protocol")
        if protocol not in ("email", "email-json") or not subscription.get("confirmed"):
            continue
        text = sns._resolve_message_for_protocol(message, structure, protocol)
        if not sns._matches_filter_policy(subscription, attributes, text):
            continue
        if protocol == "email-json":
            text = sns._build_envelope(topic_arn, msg_id, text, subject, attributes, False)
        mail = {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "topicArn": topic_arn,
                "to": subscription["endpoint"], "subject": subject or "AWS Notification Message", "body": text}
        with _writing, open(os.environ["LOCAL_CLOUD_MAILBOX"], "a", encoding="utf-8") as file:
            file.write(json.dumps(mail) + "\n")
