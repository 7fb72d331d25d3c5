namespace Consensus.Client.Members;

/// <summary>The answer to a change that took effect. What it shows of the group beside this is asked for separately.</summary>
/// <param name="Detail">What there is to say about the change, if anything.</param>
internal sealed record ChangeDocument(string? Detail = null);
