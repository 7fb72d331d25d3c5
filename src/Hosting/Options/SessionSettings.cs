using System.ComponentModel.DataAnnotations;
using Consensus.Replication.Sessions;

namespace Consensus.Hosting;

/// <summary>The settings of client sessions as they stand in JSON; <see cref="SessionOptions"/> explains them.</summary>
public sealed class SessionSettings
{
    /// <inheritdoc cref="SessionOptions.SessionsMax"/>
    /// <value>10,000; 1 to 1,000,000.</value>
    [Range(1, 1_000_000)]
    public int SessionsMax { get; set; } = new SessionOptions().SessionsMax;

    /// <inheritdoc cref="SessionOptions.ResultBytesMax"/>
    /// <value>256 MiB; 64 KiB to 64 GiB.</value>
    [Range(64d * 1024, 64d * 1024 * 1024 * 1024)]
    public long ResultBytesMax { get; set; } = new SessionOptions().ResultBytesMax;

    /// <inheritdoc cref="SessionOptions.ResultBytesPerSessionMax"/>
    /// <value>64 MiB; 64 KiB to 64 GiB.</value>
    [Range(64d * 1024, 64d * 1024 * 1024 * 1024)]
    public long ResultBytesPerSessionMax { get; set; } = new SessionOptions().ResultBytesPerSessionMax;

    internal SessionOptions ToOptions() => new()
    {
        SessionsMax = SessionsMax,
        ResultBytesMax = ResultBytesMax,
        ResultBytesPerSessionMax = ResultBytesPerSessionMax,
    };
}
