namespace Consensus.Client.Calls;

/// <summary>Sends reads, each within the client's time limit.</summary>
internal sealed class ApiReader(ConsensusClientOptions options, ApiChannel channel, TimeProvider time)
{
    /// <summary>The part of a query that says how current the answer must be.</summary>
    public static string Query(ReadConsistency consistency) =>
        consistency == ReadConsistency.Stale ? "consistency=stale" : "consistency=linearizable";

    /// <summary>Reads.</summary>
    public ValueTask<CallResult> GetAsync(string path, CancellationToken cancellationToken) =>
        channel.SendAsync(new ApiCall(HttpMethod.Get, path), new Deadline(time, options.Timeout), cancellationToken);
}
