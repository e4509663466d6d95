"""Moving the writer and the clients to another region, and back: by calls to AWS, never by a template.

Where the writer is now is asked of AWS each time: of the global cluster, of the replicas, of the health checks. Steps
look before they act, so that a killed run is resumed by the same command.
"""
