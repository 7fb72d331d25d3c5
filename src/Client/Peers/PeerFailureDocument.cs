namespace Consensus.Client.Peers;

/// <summary>Why an attempt to connect failed, as the API writes it.</summary>
internal sealed record PeerFailureDocument(string Reason, DateTimeOffset At)
{
    /// <summary>The failure.</summary>
    public PeerFailure ToFailure() => new(Reason, At);
}
