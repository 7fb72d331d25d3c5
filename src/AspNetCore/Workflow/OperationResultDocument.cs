using Consensus.AspNetCore.Json;

namespace Consensus.AspNetCore.Workflow;

/// <summary>The answer of a custom operation that took effect.</summary>
/// <param name="Index">The command's position in the log.</param>
/// <param name="Result">What the operation answers.</param>
internal sealed record OperationResultDocument(ulong Index, Blob Result);
