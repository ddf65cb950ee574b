"""Parses every Terraform file beside this one and checks what must hold in them.

    pip install python-hcl2==8.1.4
    python terraform/check.py [folder]

Prints each problem and exits with 1 when there is any. Needs no terraform, provider or account.
"""

import pathlib
import re
import sys
from typing import Any, Iterator

import hcl2

from check_instances import check_instances

# What the operator changes behind Terraform's back, which an apply must not put back.
OPERATOR_OWNS = {
    "task_definition",
    "desired_count",
    *(
        f'{tags}["verdigris:{key}"]'
        for tags in ("tags", "tags_all")
        for key in ("deployment", "task-definition", "before", "failure", "replaced")
    ),
}

# How a side runs its tasks, which it keeps: an apply that changed it would replace the service.
SIDE_KEEPS = {"launch_type", "capacity_provider_strategy"}

# Actions that IAM knows no resources for (Service Authorization Reference), and those of ECS that a
# condition binds to clusters.
WITHOUT_RESOURCES = {
    "cloudwatch:GetMetricData",
    "ecr:GetAuthorizationToken",
    "ecs:DescribeTaskDefinition",
    "ecs:DiscoverPollEndpoint",
    "ecs:ListTaskDefinitions",
    "ecs:ListTasks",
    "ecs:Poll",
    "ecs:StartTelemetrySession",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetHealth",
}

# Condition keys without which an action would go too far.
NEEDED_CONDITIONS = {
    "iam:PassRole": {"iam:PassedToService"},
    "ecs:ListTasks": {"ecs:cluster"},
    "ecs:Poll": {"ecs:cluster"},
    "ecs:StartTelemetrySession": {"ecs:cluster"},
    "route53:ChangeResourceRecordSets": {
        "route53:ChangeResourceRecordSetsNormalizedRecordNames",
        "route53:ChangeResourceRecordSetsRecordTypes",
        "route53:ChangeResourceRecordSetsActions",
    },
}

Json = Any


def bare(value: Json) -> Json:
    """A value without the marks that the parser puts on strings and expressions."""
    if isinstance(value, dict):
        return {bare(key): bare(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [bare(inner) for inner in value]
    if not isinstance(value, str):
        return value
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value[2:-1] if value.startswith("${") and value.endswith("}") else value


def blocks(file: Json, kind: str) -> Iterator[tuple[str, str, Json]]:
    """The (type, name, body) of each `resource` or `data` block of a file."""
    for block in file.get(kind, []):
        for block_type, named in block.items():
            if isinstance(named, dict):
                for name, body in named.items():
                    if isinstance(body, dict):
                        yield block_type, name, body


def statements(document: Json) -> Iterator[Json]:
    """The statements of a policy document, those of its dynamic blocks too."""
    yield from document.get("statement", [])
    for block in document.get("dynamic", []):
        for body in block.values():
            if isinstance(body, dict):
                yield from body.get("content", [])


def actions_of(statement: Json) -> set[str]:
    """All actions that a statement may allow, also those in an expression."""
    return quoted(statement.get("actions", []))


def quoted(value: Json) -> set[str]:
    """The strings of a list, or those written out in an expression."""
    return set(re.findall(r'"([^"\s]*)"', value) if isinstance(value, str) else value)


def check_statement(statement: Json) -> Iterator[str]:
    actions = actions_of(statement)
    if not actions:
        yield "a statement without actions that could be read"
    for action in sorted(actions):
        if "*" in action:
            yield f"the action {action} has a wildcard"
    if "*" in quoted(statement.get("resources", [])):
        for action in sorted(actions - WITHOUT_RESOURCES):
            yield f"{action} is allowed on every resource"
    keys = {condition.get("variable") for condition in statement.get("condition", [])}
    for action in sorted(actions & NEEDED_CONDITIONS.keys()):
        for key in sorted(NEEDED_CONDITIONS[action] - keys):
            yield f"{action} is allowed without a condition on {key}"


def check_side_service(body: Json) -> Iterator[str]:
    ignored = {change for rule in body.get("lifecycle", []) for change in rule.get("ignore_changes", [])}
    for change in sorted(OPERATOR_OWNS - ignored):
        yield f"a change of {change} is not ignored: an apply would undo the operator's deployments"
    for change in sorted(SIDE_KEEPS - ignored):
        yield f"a change of {change} is not ignored: an apply would replace the service"
    if not any("self.launch_type" in str(rule.get("postcondition")) for rule in body.get("lifecycle", [])):
        yield "a change from or to instances is not refused"
    if "force_new_deployment" in body:
        yield "each change of the service would start its tasks anew"


def check_resource(module: str, kind: str, body: Json) -> Iterator[str]:
    if kind == "aws_route53_record" and module != "operator":
        yield "there is a DNS record: records are the operator's"
    if kind == "aws_ecs_service" and module == "side":
        yield from check_side_service(body)
    if kind == "aws_dynamodb_table":
        recovery = body.get("point_in_time_recovery", [])
        if not any(block.get("enabled") is True for block in recovery):
            yield "the table can't be restored to a point in time"
        if body.get("deletion_protection_enabled") is not True:
            yield "the table can be deleted"
        if not any(rule.get("prevent_destroy") is True for rule in body.get("lifecycle", [])):
            yield "the table is destroyed with its configuration"
    if kind == "aws_lb" and "deletion_protection" not in str(body.get("enable_deletion_protection")):
        yield "the load balancer can be deleted"
    if kind == "aws_lb_listener" and body.get("protocol") != "HTTPS":
        if any(action.get("type") != "redirect" for action in body.get("default_action", [])):
            yield "a listener without TLS does more than redirect"
    yield from check_instances(kind, body)


def check_described(file: Json) -> Iterator[str]:
    for kind in ("variable", "output"):
        for block in file.get(kind, []):
            for name, body in block.items():
                if isinstance(body, dict) and not body.get("description"):
                    yield f"{kind} {name} has no description"
                if kind == "variable" and isinstance(body, dict) and not body.get("type"):
                    yield f"variable {name} has no type"


def check_file(path: pathlib.Path) -> list[str]:
    """The problems of one file."""
    with path.open(encoding="utf-8") as source:
        file = bare(hcl2.load(source))
    problems = list(check_described(file))
    for kind, name, body in blocks(file, "resource"):
        problems += [f"{kind}.{name}: {problem}" for problem in check_resource(path.parent.name, kind, body)]
    for kind, name, body in blocks(file, "data"):
        if kind == "aws_iam_policy_document" and "trust" not in name:
            for statement in statements(body):
                problems += [f"{kind}.{name}: {problem}" for problem in check_statement(statement)]
    return problems


def check(folder: pathlib.Path) -> list[str]:
    """The problems of all files, and of there being too few of them."""
    files = sorted(path for path in folder.rglob("*.tf") if ".terraform" not in path.parts)
    problems = [f"{path.relative_to(folder)}: {problem}" for path in files for problem in check_file(path)]
    modules = {path.parent.name for path in files}
    for module in ("network", "side", "single-cluster", "blue-green-cluster", "operator", "example"):
        if module not in modules:
            problems.append(f"{module}: there is no such module")
    if not any('"aws_ecs_service" "this"' in path.read_text() for path in files if path.parent.name == "side"):
        problems.append("side: there is no service")
    return problems


def main() -> int:
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent
    problems = check(folder)
    for problem in problems:
        print(problem)
    print(f"{len(problems)} problems.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
