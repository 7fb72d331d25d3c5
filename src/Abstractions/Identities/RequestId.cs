namespace Consensus;

/// <summary>
/// Names one command of one client session, so that a retry can be told from a new command (Ongaro, thesis, section 6.3).
/// </summary>
/// <param name="Client">The session.</param>
/// <param name="Sequence">The number of the command in its session: 1 for the first, never used twice.</param>
public readonly record struct RequestId(ClientId Client, ulong Sequence)
{
    /// <summary>No request: the command belongs to no session.</summary>
    public static RequestId None => default;

    /// <summary>The two numbers as <c>client/sequence</c>.</summary>
    public override string ToString() => $"{Client}/{Sequence}";
}
