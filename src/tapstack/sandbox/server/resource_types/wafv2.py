"""AWS::WAFv2: where a web ACL applies, and where its log goes."""

from __future__ import annotations

from tapstack.sandbox.server.resource_types.resource_type import Resource, ResourceType


class WebAclAssociation(ResourceType):
    """A web ACL in front of a load balancer or an API's stage."""

    name = "AWS::WAFv2::WebACLAssociation"
    service = "wafv2"
    tags = None
    replaced_by = ("ResourceArn", "WebACLArn")
    gone = ("WAFNonexistentItemException",)

    def create(self, resource: Resource) -> str:
        """Associate them."""
        acl, protected = resource.properties["WebACLArn"], resource.properties["ResourceArn"]
        self.client().associate_web_acl(WebACLArn=acl, ResourceArn=protected)
        return f"{protected}|{acl}"

    def delete(self, resource: Resource) -> None:
        """Part them."""
        self.client().disassociate_web_acl(ResourceArn=resource.properties["ResourceArn"])


class LoggingConfiguration(ResourceType):
    """Where a web ACL logs to."""

    name = "AWS::WAFv2::LoggingConfiguration"
    service = "wafv2"
    tags = None
    replaced_by = ("ResourceArn",)
    gone = ("WAFNonexistentItemException",)

    def create(self, resource: Resource) -> str:
        """It belongs to its web ACL and has its id; `configure` puts it."""
        return str(resource.properties["ResourceArn"])

    def configure(self, resource: Resource) -> None:
        """Put it."""
        self.call("put_logging_configuration", {"LoggingConfiguration": resource.properties})

    def delete(self, resource: Resource) -> None:
        """Stop logging."""
        self.client().delete_logging_configuration(ResourceArn=resource.physical_id)


TYPES = (WebAclAssociation, LoggingConfiguration)
