using Consensus.Client.Json;

namespace Consensus.Client.Workflow;

/// <summary>The answer of a workflow command that took effect.</summary>
internal sealed record AcceptedDocument(ulong Index, ulong? Revision = null, Blob? Result = null);
