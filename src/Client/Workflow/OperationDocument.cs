using Consensus.Client.Json;

namespace Consensus.Client.Workflow;

/// <summary>The body that runs a custom operation.</summary>
internal sealed record OperationDocument(Blob Payload);
