"""Resource types of CloudFormation that MiniStack does not know, or whose Ref it gives wrong.

To add one: a class with `create`, `update` and `delete` over the service's own functions, and a line in TYPES.
A handler returns the physical id (what Ref gives) and the attributes (what Fn::GetAtt gives).
"""

import json

from ministack.services import cloudtrail, iam, secretsmanager
from ministack.services.cloudformation import provisioners

from . import rotation


class Trail:
    """AWS::CloudTrail::Trail. Ref is the name; IsLogging starts or stops it; a new TrailName replaces it."""

    @staticmethod
    def create(logical_id: str, props: dict, stack_name: str):
        name = props.get("TrailName") or provisioners._physical_name(stack_name, logical_id, max_len=128)
        made = _answer("CreateTrail", cloudtrail._create_trail({"Name": name, **Trail._settings(props)}))
        Trail._apply(name, props)
        return name, {"Arn": made["TrailARN"], "SnsTopicArn": props.get("SnsTopicName", "")}

    @staticmethod
    def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str):
        if new_props.get("TrailName") != old_props.get("TrailName"):
            replacement = Trail.create(logical_id, new_props, stack_name)
            Trail.delete(physical_id, old_props)
            return replacement
        made = _answer("UpdateTrail", cloudtrail._update_trail({"Name": physical_id, **Trail._settings(new_props)}))
        Trail._apply(physical_id, new_props)
        return physical_id, {"Arn": made["TrailARN"], "SnsTopicArn": new_props.get("SnsTopicName", "")}

    @staticmethod
    def delete(physical_id: str, _props: dict) -> None:
        cloudtrail._delete_trail({"Name": physical_id})

    @staticmethod
    def _settings(props: dict) -> dict:
        names = ("S3BucketName", "S3KeyPrefix", "SnsTopicName", "IncludeGlobalServiceEvents", "IsMultiRegionTrail",
                 "EnableLogFileValidation", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn", "KMSKeyId",
                 "IsOrganizationTrail")
        settings = {name: _boolean(props[name]) for name in names if name in props}
        if "KMSKeyId" in settings:
            settings["KmsKeyId"] = settings.pop("KMSKeyId")
        return settings

    @staticmethod
    def _apply(name: str, props: dict) -> None:
        selectors = {key: [_selector(selector) for selector in props[key]]
                     for key in ("EventSelectors", "AdvancedEventSelectors") if props.get(key)}
        if selectors:
            _answer("PutEventSelectors", cloudtrail._put_event_selectors({"TrailName": name, **selectors}))
        logging = _boolean(props.get("IsLogging", True))
        _answer("StartLogging", (cloudtrail._start_logging if logging else cloudtrail._stop_logging)({"Name": name}))


class AccessKey:
    """AWS::IAM::AccessKey. Ref is the key's id, SecretAccessKey an attribute; a new Serial or UserName replaces it."""

    @staticmethod
    def create(_logical_id: str, props: dict, _stack_name: str):
        user = props["UserName"]
        if user not in iam._users:
            raise ValueError(f"AWS::IAM::AccessKey: there is no user {user}")
        key, secret = iam._gen_access_key_id(), iam._gen_secret()
        iam._access_keys[key] = {"UserName": user, "AccessKeyId": key, "SecretAccessKey": secret,
                                 "Status": props.get("Status", "Active"), "CreateDate": iam._now()}
        return key, {"SecretAccessKey": secret}

    @staticmethod
    def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str):
        if any(new_props.get(name) != old_props.get(name) for name in ("UserName", "Serial")):
            replacement = AccessKey.create(logical_id, new_props, stack_name)
            AccessKey.delete(physical_id, old_props)
            return replacement
        iam._access_keys[physical_id]["Status"] = new_props.get("Status", "Active")
        return physical_id, {"SecretAccessKey": iam._access_keys[physical_id]["SecretAccessKey"]}

    @staticmethod
    def delete(physical_id: str, _props: dict) -> None:
        iam._access_keys.pop(physical_id, None)


class Secret:
    """AWS::SecretsManager::Secret. Ref is the ARN; MiniStack gives the name, so that every policy CDK writes for a secret
    (its Resource is that Ref) matches nothing once IAM is enforced."""

    @staticmethod
    def create(logical_id: str, props: dict, stack_name: str):
        _, attributes = provisioners._sm_secret_create(logical_id, props, stack_name)
        return attributes["Arn"], attributes

    @staticmethod
    def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str):
        _, attributes = provisioners._sm_secret_update(
            Secret._name(physical_id), old_props, new_props, stack_name, logical_id)
        return attributes["Arn"], attributes

    @staticmethod
    def delete(physical_id: str, props: dict) -> None:
        provisioners._sm_secret_delete(Secret._name(physical_id), props)

    @staticmethod
    def _name(arn: str) -> str:
        return secretsmanager._resolve(arn)[0] or arn


class RotationSchedule:
    """AWS::SecretsManager::RotationSchedule. Ref is the secret's ARN; every change rotates, unless
    RotateImmediatelyOnUpdate is false. Not imitated: HostedRotationLambda."""

    @staticmethod
    def create(_logical_id: str, props: dict, _stack_name: str):
        if "HostedRotationLambda" in props:
            raise ValueError("AWS::SecretsManager::RotationSchedule: there is no HostedRotationLambda here")
        rules = dict(props.get("RotationRules") or {})
        if "AutomaticallyAfterDays" in rules:
            rules["AutomaticallyAfterDays"] = int(rules["AutomaticallyAfterDays"])
        answer = _answer("RotateSecret", secretsmanager._rotate_secret({
            "SecretId": props["SecretId"], "RotationLambdaARN": props.get("RotationLambdaARN"),
            "RotationRules": rules or None,
            "RotateImmediately": _boolean(props.get("RotateImmediatelyOnUpdate", True))}))
        return answer["ARN"], {}

    @staticmethod
    def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str):
        made = RotationSchedule.create(logical_id, new_props, stack_name)
        if made[0] != physical_id:
            RotationSchedule.delete(physical_id, old_props)
        return made

    @staticmethod
    def delete(physical_id: str, _props: dict) -> None:
        rotation.cancel_rotate_secret({"SecretId": physical_id})


class ResourcePolicy:
    """AWS::SecretsManager::ResourcePolicy. Ref is the secret's ARN."""

    @staticmethod
    def create(_logical_id: str, props: dict, _stack_name: str):
        answer = _answer("PutResourcePolicy", secretsmanager._put_resource_policy({
            "SecretId": props["SecretId"], "ResourcePolicy": json.dumps(props["ResourcePolicy"])}))
        return answer["ARN"], {}

    @staticmethod
    def update(physical_id: str, old_props: dict, new_props: dict, stack_name: str, logical_id: str):
        made = ResourcePolicy.create(logical_id, new_props, stack_name)
        if made[0] != physical_id:
            ResourcePolicy.delete(physical_id, old_props)
        return made

    @staticmethod
    def delete(physical_id: str, _props: dict) -> None:
        secretsmanager._delete_resource_policy({"SecretId": physical_id})


TYPES = {"AWS::CloudTrail::Trail": Trail, "AWS::IAM::AccessKey": AccessKey, "AWS::SecretsManager::Secret": Secret,
         "AWS::SecretsManager::RotationSchedule": RotationSchedule,
         "AWS::SecretsManager::ResourcePolicy": ResourcePolicy}


def register() -> None:
    """Adds TYPES to MiniStack's table; a template that names a type outside it fails to deploy."""
    for name, handler in TYPES.items():
        provisioners._RESOURCE_HANDLERS[name] = {
            "create": handler.create, "update": handler.update, "update_with_logical_id": True,
            "delete": handler.delete}


def _answer(action: str, response) -> dict:
    """The body of a service's answer; CloudFormation reports an error of the service as its own."""
    body = json.loads(response[2])
    if response[0] >= 400:
        raise ValueError(f"{action}: {body.get('__type')}: {body.get('message')}")
    return body


def _boolean(value):
    """CloudFormation takes "true" for true."""
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _selector(selector: dict) -> dict:
    return {key: _boolean(value) for key, value in selector.items()}
