"""The CloudFormation engine: components write templates in plain Python, AWS CDK makes a cloud assembly of them.

`templates.build` is the pure half: a fleet and its plan in, one template per shape out, no Node, milliseconds. `assembly`
lifts each template into CDK constructs, calls the fleet's own extensions, and writes what `cdk` and `tapstack` deploy.
"""
