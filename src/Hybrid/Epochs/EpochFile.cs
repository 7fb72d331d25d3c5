namespace Consensus.Hybrid;

/// <summary>An epoch as it stands in a file; all of it but the certificate follows from the certificates, and is compared with them.</summary>
internal sealed record EpochFile(
    ulong Epoch,
    string Id,
    string Protocol,
    int FaultsMax,
    int Quorum,
    IReadOnlyList<EpochMemberFile> Members,
    ulong Start,
    string BegunBy,
    byte[]? Certificate)
{
    /// <summary>What a file says of one of the epochs.</summary>
    public static EpochFile Of(EpochHistory history, int number)
    {
        var epoch = history.Epochs[number];
        return new EpochFile(
            epoch.Number.Value,
            $"{epoch.Id}",
            HybridEngine.NameOf(epoch.Protocol),
            epoch.Members.FaultsMax,
            epoch.Members.Quorum,
            [.. epoch.Members.Members.Select(static member => new EpochMemberFile(member.Id.Value, $"{member.Key}"))],
            epoch.Start.Index.Value,
            number == 0 ? "configuration" : epoch.IsOrdered ? "operator" : "members",
            number == 0 ? null : EpochSlots.BeginningValue(history.Beginnings[number - 1]));
    }
}
