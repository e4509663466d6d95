"""The CloudFormation engine: components write templates in plain Python, `assembly` writes what `cdk` deploys.

`templates.build` is the pure half: a fleet and its plan in, one template per shape out, in milliseconds. `cdk_app`
lifts templates into real CDK constructs for a fleet's own extensions, for CDK's validator, and for cdk-nag.
"""
