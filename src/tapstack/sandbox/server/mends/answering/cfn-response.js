"use strict";
// Answers CloudFormation on behalf of a custom resource: the interface of the module that Lambda provides.

exports.SUCCESS = "SUCCESS";
exports.FAILED = "FAILED";

exports.send = function (event, context, responseStatus, responseData, physicalResourceId, noEcho) {
  const answer = JSON.stringify({
    Status: responseStatus,
    Reason: `See the details in CloudWatch Log Stream: ${context.logStreamName}`,
    PhysicalResourceId: physicalResourceId || context.logStreamName || event.RequestId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    NoEcho: noEcho || false,
    Data: responseData || {},
  });
  const url = new URL(event.ResponseURL);
  const { request } = require(url.protocol === "https:" ? "https" : "http");
  return new Promise((resolve) => {
    const sent = request(
      {
        hostname: url.hostname,
        port: url.port,
        path: url.pathname + url.search,
        method: "PUT",
        headers: { "content-type": "", "content-length": Buffer.byteLength(answer) },
      },
      (response) => {
        response.resume();
        response.on("end", () => {
          if (context.done) context.done();
          resolve(response.statusCode);
        });
      }
    );
    sent.on("error", (error) => {
      console.log(`Sending the answer failed: ${error}`);
      if (context.done) context.done();
      resolve(undefined);
    });
    sent.end(answer);
  });
};
