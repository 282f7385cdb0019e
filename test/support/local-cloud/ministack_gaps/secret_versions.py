"""The versions of a secret: which has which label, which has a value, when each was made and last read."""

import json
import time

from ministack.core.responses import error_response_json, json_response, new_uuid
from ministack.services import secretsmanager

from .cloudtrail_records import record_service_event

CURRENT, PREVIOUS, PENDING = "AWSCURRENT", "AWSPREVIOUS", "AWSPENDING"
NOT_FOUND = "ResourceNotFoundException"


def register() -> None:
    """Replaces what reads and writes versions. UpdateSecret goes through the replaced promotion."""
    secretsmanager._apply_current_promotion = make_current
    secretsmanager._create_secret = with_stated_version(secretsmanager._create_secret)
    secretsmanager._put_secret_value = put_secret_value
    secretsmanager._get_secret_value = get_secret_value
    secretsmanager._update_secret_version_stage = update_secret_version_stage
    secretsmanager._list_secret_version_ids = with_deprecated_on_request(secretsmanager._list_secret_version_ids)


def existing_secret(request: dict):
    """The secret, or the answer that there is none to use."""
    _, secret = secretsmanager._resolve(request.get("SecretId"))
    if secret is None:
        return None, error_response_json(NOT_FOUND, "Secrets Manager can't find the specified secret.", 400)
    if secret.get("DeletedDate"):
        return None, error_response_json(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.", 400)
    return secret, None


def secret_to_change(request: dict):
    """The secret, or the answer that refuses the change."""
    secret, refused = existing_secret(request)
    if secret is not None and secretsmanager._is_replica(secret):
        return None, secretsmanager._replica_mutation_error()
    return secret, refused


def holder(secret: dict, label: str) -> str | None:
    """The version that has the label; at most one has it."""
    return secretsmanager._find_stage_version(secret, label)[0]


def has_value(version: dict) -> bool:
    return version.get("SecretString") is not None or version.get("SecretBinary") is not None


def new_version(value: dict | None = None) -> dict:
    """A version without labels; without a value, it is what RotateSecret makes for the rotation function to fill."""
    value = value or {}
    return {"SecretString": value.get("SecretString"), "SecretBinary": value.get("SecretBinary"),
            "CreatedDate": int(time.time()), "Stages": []}


def move_label(secret: dict, label: str, version_id: str) -> None:
    """Moves a label, and AWSPREVIOUS behind AWSCURRENT. On AWS a version without labels stays for a day at least,
    and AWSPENDING stays on the version that becomes current; MiniStack deletes the one and takes off the other."""
    before = holder(secret, label)
    if before == version_id:
        return
    secretsmanager._remove_stage_everywhere(secret, label)
    secretsmanager._add_stage(secret, version_id, label)
    if label == CURRENT and before is not None:
        secretsmanager._remove_stage_everywhere(secret, PREVIOUS)
        secretsmanager._add_stage(secret, before, PREVIOUS)
    if label not in (PENDING, PREVIOUS):
        secretsmanager._emit_secret_label_updated(secret, label, version_id)


def make_current(secret: dict, version_id: str) -> None:
    """A new version by hand that becomes current, or takes AWSPENDING, abandons the rotation that is under way."""
    move_label(secret, CURRENT, version_id)
    abandon_rotation_for(secret, version_id)
    secret["_ValueChangedDate"] = int(time.time())


def abandon_rotation_for(secret: dict, version_id: str) -> None:
    """Takes AWSPENDING off another version that waits to become current, and records that. MiniStack leaves it, so that
    no later rotation could start."""
    pending = holder(secret, PENDING)
    if not secret.get("RotationEnabled") or pending in (None, version_id, holder(secret, CURRENT)):
        return
    secretsmanager._remove_stage(secret, pending, PENDING)
    record_rotation_event(secret, "RotationAbandoned", pending)


def record_rotation_event(secret: dict, name: str, token: str, message: str = "") -> None:
    """What Secrets Manager does with a rotation, as CloudTrail shows it."""
    record_service_event("secretsmanager", name, {"SecretId": secret["ARN"]}, f"Rotation-{secret['ARN']}-{token}",
                         message)


def with_stated_version(create_secret):
    """AWS takes the ClientRequestToken as the id of the first version, and makes none without a value. MiniStack makes
    up the id, and a version that has no value."""

    def create(request: dict):
        response = create_secret(request)
        if response[0] >= 400:
            return response
        body = json.loads(response[2])
        secret = secretsmanager._secrets[request["Name"]]
        version = secret["Versions"].pop(body.pop("VersionId"))
        if has_value(version):
            body["VersionId"] = request.get("ClientRequestToken") or new_uuid()
            secret["Versions"][body["VersionId"]] = version
        return json_response(body)

    return create


def put_secret_value(request: dict):
    """AWS never changes a value: a token that a version has already is a repetition, or an error where the value
    differs. Only a version without a value (RotateSecret's) gets one. A label is moved from where it is. MiniStack overwrites
    the version, and leaves the label on both."""
    secret, refused = secret_to_change(request)
    if refused:
        return refused
    value = {name: request.get(name) for name in ("SecretString", "SecretBinary")}
    if (value["SecretString"] is None) == (value["SecretBinary"] is None):
        return error_response_json("InvalidParameterException",
                                   "You must provide either SecretString or SecretBinary.", 400)
    token = request.get("ClientRequestToken") or new_uuid()
    version = secret["Versions"].setdefault(token, new_version())
    if has_value(version):
        if any(version.get(name) != given for name, given in value.items()):
            return error_response_json(
                "ResourceExistsException",
                f"You can't use ClientRequestToken {token} because that value is already in use for a version of "
                f"secret {secret['ARN']}.", 400)
        return _put_answer(secret, token)
    version.update(value)
    labels = request.get("VersionStages") or [CURRENT]
    if PENDING in labels:
        abandon_rotation_for(secret, token)
    for label in labels if holder(secret, CURRENT) else {*labels, CURRENT}:
        if label == CURRENT:
            make_current(secret, token)
        else:
            move_label(secret, label, token)
    secret["LastChangedDate"] = secret["_ValueChangedDate"] = int(time.time())
    secretsmanager._sync_replicas(secret)
    return _put_answer(secret, token)


def _put_answer(secret: dict, version_id: str):
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": version_id,
                          "VersionStages": list(secret["Versions"][version_id]["Stages"])})


def get_secret_value(request: dict):
    """AWS finds no value in a version that has none yet, refuses a label that the version does not have, and keeps the
    day of the last read for the secret and the version. MiniStack gives an answer without a value, ignores the label
    beside a version, and keeps the second."""
    secret, refused = existing_secret(request)
    if refused:
        return refused
    version_id, label = request.get("VersionId"), request.get("VersionStage")
    wanted = f"VersionId: {version_id}" if version_id else f"staging label: {label or CURRENT}"
    found = version_id or holder(secret, label or CURRENT)
    version = secret["Versions"].get(found)
    if version is not None and label and label not in version["Stages"]:
        return error_response_json("InvalidRequestException",
                                   "You provided a VersionStage that is not associated to the provided VersionId.", 400)
    if version is None or not has_value(version):
        return error_response_json(
            NOT_FOUND, f"Secrets Manager can't find the specified secret value for {wanted}", 400)
    today = int(time.time()) // 86400 * 86400
    secret["LastAccessedDate"] = version["LastAccessedDate"] = today
    answer = {"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": found,
              "VersionStages": list(version["Stages"]), "CreatedDate": version["CreatedDate"]}
    return json_response({**answer, **{name: version[name] for name in ("SecretString", "SecretBinary")
                                       if version.get(name) is not None}})


def update_secret_version_stage(request: dict):
    """AWS moves a label only from the version that the caller names as having it, and never takes AWSCURRENT off
    altogether. MiniStack takes it off."""
    secret, refused = secret_to_change(request)
    if refused:
        return refused
    label, to, away_from = (request.get(name) for name in ("VersionStage", "MoveToVersionId", "RemoveFromVersionId"))
    for version_id in (to, away_from):
        if version_id and version_id not in secret["Versions"]:
            return error_response_json(
                NOT_FOUND, f"Secrets Manager can't find the specified secret version: {version_id}.", 400)
    has_it = holder(secret, label) if label else None
    problem = None
    if not label or not (to or away_from):
        problem = "You must specify VersionStage, and MoveToVersionId or RemoveFromVersionId."
    elif label == CURRENT and not to:
        problem = "You can only move staging label AWSCURRENT to a different secret version. " \
                  "It can't be completely removed."
    elif away_from and away_from != has_it:
        problem = f"The staging label {label} is not attached to version {away_from}."
    elif has_it and to != has_it and not away_from:
        problem = f"The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to " \
                  f"version {has_it}, so you must explicitly reference that version in RemoveFromVersionId."
    if problem:
        return error_response_json("InvalidParameterException", problem, 400)
    if to:
        move_label(secret, label, to)
    else:
        secretsmanager._remove_stage(secret, away_from, label)
    secret["LastChangedDate"] = int(time.time())
    secretsmanager._sync_replicas(secret)
    return json_response({"ARN": secret["ARN"], "Name": secret["Name"]})


def with_deprecated_on_request(list_version_ids):
    """AWS lists versions without labels only where IncludeDeprecated says so, and the day when each was last read.
    MiniStack has deleted most of them, lists the rest always, and knows no such day."""

    def list_versions(request: dict):
        response = list_version_ids(request)
        if response[0] >= 400:
            return response
        body = json.loads(response[2])
        _, secret = secretsmanager._resolve(body["ARN"])
        body["Versions"] = [
            {**entry, **_last_read(secret["Versions"].get(entry["VersionId"], {}))} for entry in body["Versions"]
            if entry["VersionStages"] or request.get("IncludeDeprecated")]
        return json_response(body)

    return list_versions


def _last_read(version: dict) -> dict:
    return {name: version[name] for name in ("LastAccessedDate",) if name in version}
