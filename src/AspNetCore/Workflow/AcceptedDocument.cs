using System.Text.Json.Serialization;

namespace Consensus.AspNetCore.Workflow;

/// <summary>The answer to a command that took effect.</summary>
/// <param name="Index">The command's position in the log.</param>
/// <param name="Revision">The revision of the case after it, if it was about one.</param>
internal sealed record AcceptedDocument(ulong Index, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ulong? Revision);
