using System.Text.Json;
using System.Text.Json.Serialization;

namespace Consensus.Cryptography;

/// <summary>A commit proof as it stands in a file; what the texts hold has not been looked at.</summary>
internal sealed record CommitProofFile(
    string Format,
    ulong Index,
    string Cluster,
    ulong Epoch,
    string EpochId,
    CommandFile Command,
    IReadOnlyList<NodeFile> Chain,
    VotesFile Votes,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Epochs = null);
