namespace Consensus.Engine;

/// <summary>The settings of a replica that do not depend on its engine.</summary>
public sealed record ReplicaOptions
{
    /// <summary>The largest command.</summary>
    /// <value>1.25 MiB, so that a value of 1 MiB fits with what surrounds it; 1 byte to 4 MiB.</value>
    public int CommandBytesMax { get; init; } = 1280 * 1024;

    /// <summary>How long a proposal or read waits unless it says otherwise.</summary>
    /// <value>5 s; more than 0.</value>
    public TimeSpan OperationTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a membership change or a transfer of leadership waits. A member that joins has to catch up meanwhile.</summary>
    /// <value>2 min; more than 0.</value>
    public TimeSpan ControlTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>After how long a proposal or read that was sent to a leader is sent again: the message may be lost.</summary>
    /// <value>1 s; more than 0.</value>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How many commands of local callers may be under way at the same time; further ones wait.</summary>
    /// <value>8,192; a power of two from 1 to 16,384, the largest window that a session allows.</value>
    public int CommandsInFlightMax { get; init; } = 8192;

    /// <summary>How many commands and reads of local callers may wait in all before they are refused as overload.</summary>
    /// <value>65,536; 1 or more.</value>
    public int QueuedOperationsMax { get; init; } = 65_536;

    /// <summary>How many bytes of received frames may wait for the loop before senders are slowed down.</summary>
    /// <value>64 MiB; 1 MiB or more.</value>
    public long ReceivedBytesMax { get; init; } = 64L * 1024 * 1024;

    /// <summary>When snapshots are taken.</summary>
    /// <value>Every 10,000 entries or 64 MiB.</value>
    public SnapshotPolicy Snapshots { get; init; } = SnapshotPolicy.Default;

    /// <summary>Checks every setting.</summary>
    /// <returns>One sentence for each problem; empty if there is none.</returns>
    public IReadOnlyList<string> Validate()
    {
        var problems = new List<string>();
        Check(CommandBytesMax is >= 1 and <= 4 * 1024 * 1024, nameof(CommandBytesMax), CommandBytesMax, "1 to 4,194,304 bytes");
        Check(OperationTimeout > TimeSpan.Zero, nameof(OperationTimeout), OperationTimeout, "more than 0");
        Check(ControlTimeout > TimeSpan.Zero, nameof(ControlTimeout), ControlTimeout, "more than 0");
        Check(RetryInterval > TimeSpan.Zero, nameof(RetryInterval), RetryInterval, "more than 0");
        Check(CommandsInFlightMax is >= 1 and <= 16_384 && int.IsPow2(CommandsInFlightMax), nameof(CommandsInFlightMax), CommandsInFlightMax, "a power of two from 1 to 16,384");
        Check(QueuedOperationsMax >= 1, nameof(QueuedOperationsMax), QueuedOperationsMax, "1 or more");
        Check(ReceivedBytesMax >= 1024 * 1024, nameof(ReceivedBytesMax), ReceivedBytesMax, "1,048,576 bytes or more");
        Check(Snapshots.EntriesBetween >= 1, "Snapshots.EntriesBetween", Snapshots.EntriesBetween, "1 or more");
        Check(Snapshots.BytesBetween >= 1, "Snapshots.BytesBetween", Snapshots.BytesBetween, "1 or more");
        return problems;

        void Check(bool holds, string name, object value, string allowed)
        {
            if (!holds)
            {
                problems.Add($"{name} is {(value is TimeSpan duration ? DurationText.Format(duration) : value)}; allowed: {allowed}.");
            }
        }
    }
}
