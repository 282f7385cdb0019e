"""The tasks of ECS services: decided by a test, for without Docker no task runs."""

import json
import time

from ministack.core import iam_actions
from ministack.core.responses import error_response_json, get_account_id, get_region, new_uuid
from ministack.services import ecs

from . import control


def register() -> None:
    """Wraps the reading actions, and what IAM is asked about them."""
    for action in ("ListTasks", "DescribeTasks", "DescribeServices"):
        ecs._ACTION_MAP[action] = only_where_it_exists(ecs._ACTION_MAP[action])
    iam_actions.extract_resource_arn = naming_tasks(iam_actions.extract_resource_arn)
    iam_actions.request_tag_context = with_cluster(iam_actions.request_tag_context)


@control.switch("ecs-tasks", "PUT")
def set_tasks(_method: str, _query: dict, body: dict):
    """The service, and its cluster, have exactly these tasks from now on; made where they are not there yet. A task
    without `startedAt` is pending."""
    cluster_name, service_name, tasks = body["cluster"], body["service"], body["tasks"]
    cluster = ecs._clusters.get(cluster_name) or ecs._put_cluster({"clusterName": cluster_name})
    key, group = f"{cluster_name}/{service_name}", f"service:{service_name}"
    if key not in ecs._services:
        ecs._create_service({"cluster": cluster_name, "serviceName": service_name, "desiredCount": 0,
                             "taskDefinition": f"{service_name}:1", "launchType": "FARGATE"})
    for arn in [arn for arn, task in ecs._tasks.items()
                if task.get("group") == group and task["clusterArn"] == cluster["clusterArn"]]:
        ecs._tasks.pop(arn)
    made = [_task(cluster, service_name, task) for task in tasks]
    for task in made:
        ecs._tasks[task["taskArn"]] = task
    running = sum(task["lastStatus"] == "RUNNING" for task in made)
    ecs._services[key].update(desiredCount=len(made), runningCount=running, pendingCount=len(made) - running)
    return 200, {"taskArns": [task["taskArn"] for task in made]}


def _task(cluster: dict, service_name: str, stated: dict) -> dict:
    started = stated.get("startedAt")
    prefix = f"arn:aws:ecs:{get_region()}:{get_account_id()}"
    return {"taskArn": f"{prefix}:task/{cluster['clusterName']}/{new_uuid().replace('-', '')}",
            "clusterArn": cluster["clusterArn"], "group": f"service:{service_name}",
            "taskDefinitionArn": f"{prefix}:task-definition/{service_name}:1", "launchType": "FARGATE",
            "desiredStatus": "RUNNING", "lastStatus": "PENDING" if started is None else "RUNNING",
            "createdAt": stated.get("createdAt", time.time() if started is None else started),
            **({} if started is None else {"startedAt": started}),
            "startedBy": f"ecs-svc/{service_name}", "version": 1, "containers": [], "attachments": [], "tags": []}


def only_where_it_exists(handle):
    """AWS knows no tasks of a cluster, or of a service, that is not there. MiniStack answers with an empty list, as
    though the service had been scaled to nothing."""

    def answer(request: dict):
        cluster = ecs._resolve_cluster_name(request.get("cluster", "default"))
        if cluster not in ecs._clusters:
            return error_response_json("ClusterNotFoundException", "Cluster not found.", 400)
        if request.get("serviceName"):
            name = (ecs._resolve_service_ref(request["serviceName"]) or (None,))[0]
            if f"{cluster}/{name}" not in ecs._services:
                return error_response_json("ServiceNotFoundException", "Service not found.", 400)
            request = {**request, "serviceName": name}
        return handle(request)

    return answer


def naming_tasks(extract_resource_arn):
    """AWS asks IAM about the described task, and about the cluster's container instances for a list of tasks. MiniStack
    asks about the cluster, which a policy for these actions never names."""

    def extract(service, method, path, headers, body, query_params, region, account):
        arn = extract_resource_arn(service, method, path, headers, body, query_params, region, account)
        action = headers.get("x-amz-target", "").rpartition(".")[2] if service == "ecs" else ""
        if action not in ("ListTasks", "DescribeTasks"):
            return arn
        request = json.loads(body or b"{}")
        cluster = ecs._resolve_cluster_name(request.get("cluster", "default"))
        if action == "ListTasks":
            return f"arn:aws:ecs:{region}:{account}:container-instance/{cluster}/*"
        task = (request.get("tasks") or ["*"])[0]
        return task if task.startswith("arn:") else f"arn:aws:ecs:{region}:{account}:task/{cluster}/{task}"

    return extract


def with_cluster(request_context):
    """ecs:cluster, the condition by which a policy for ListTasks says which cluster. MiniStack has no such key."""

    def context(service, action, body, query_params):
        known = request_context(service, action, body, query_params)
        if service != "ecs":
            return known
        try:
            cluster = ecs._resolve_cluster_name(json.loads(body or b"{}").get("cluster", "default"))
        except ValueError:
            return known
        return {**known, "ecs:cluster": f"arn:aws:ecs:{get_region()}:{get_account_id()}:cluster/{cluster}"}

    return context
