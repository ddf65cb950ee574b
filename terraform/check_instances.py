"""What must hold for instances of a side's own: their role is kept from tasks, and no apply ends one that runs."""

from typing import Any, Iterator

Json = Any


def block(body: Json, name: str) -> Json:
    """The first block of that name; empty when there is none."""
    return next(iter(body.get(name, [])), {})


def check_launch_template(body: Json) -> Iterator[str]:
    metadata = block(body, "metadata_options")
    if metadata.get("http_tokens") != "required":
        yield "an instance hands out its role's credentials without a token"
    if metadata.get("http_put_response_hop_limit") != 1:
        yield "tokens for an instance's credentials go further than the instance"
    if "ECS_AWSVPC_BLOCK_IMDS=true" not in str(body.get("user_data")):
        yield "tasks can ask for the credentials of their instance"
    disks = [block(mapping, "ebs") for mapping in body.get("block_device_mappings", [])]
    if not disks or any(disk.get("encrypted") is not True for disk in disks):
        yield "a disk is not encrypted"


def check_group(body: Json) -> Iterator[str]:
    if body.get("protect_from_scale_in") is not True:
        yield "instances with tasks can be ended by a smaller group"
    ignored = {change for rule in body.get("lifecycle", []) for change in rule.get("ignore_changes", [])}
    if "desired_capacity" not in ignored:
        yield "a change of desired_capacity is not ignored: an apply would undo what ECS set"
    for name in ("instance_refresh", "max_instance_lifetime", "force_delete"):
        if name in body:
            yield f"{name} ends instances that have tasks"
    if "AmazonECSManaged" not in {tag.get("key") for tag in body.get("tag", [])}:
        yield "an apply would take off the tag AmazonECSManaged"
    for needed in ("aws_iam_role_policy.instances", "aws_vpc_security_group_egress_rule.from_instances"):
        if needed not in body.get("depends_on", []):
            yield f"{needed} can go before the instances do"


def check_capacity_provider(body: Json) -> Iterator[str]:
    provider = block(body, "auto_scaling_group_provider")
    for name in ("managed_termination_protection", "managed_draining"):
        if provider.get(name) != "ENABLED":
            yield f"{name} is not enabled"
    if block(provider, "managed_scaling").get("status") != "ENABLED":
        yield "ECS does not size the group, so that it protects no instance either"


def check_connections(body: Json) -> Iterator[str]:
    if "aws_security_group.instances" in str(body.get("security_group_id")):
        yield "somebody may connect to an instance"


CHECKS = {
    "aws_launch_template": check_launch_template,
    "aws_autoscaling_group": check_group,
    "aws_ecs_capacity_provider": check_capacity_provider,
    "aws_vpc_security_group_ingress_rule": check_connections,
}


def check_instances(kind: str, body: Json) -> Iterator[str]:
    """The problems of a resource that instances are made of."""
    if kind in CHECKS:
        yield from CHECKS[kind](body)
