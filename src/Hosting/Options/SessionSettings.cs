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

    internal SessionOptions ToOptions() => new() { SessionsMax = SessionsMax };
}
