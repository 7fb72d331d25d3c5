using System.ComponentModel.DataAnnotations;
using System.Net;

namespace Consensus.Transport;

/// <summary>The settings of a <see cref="TcpTransport"/>.</summary>
public sealed class TcpTransportOptions
{
    /// <summary>This node's number.</summary>
    public required NodeId Node { get; init; }

    /// <summary>The cluster that this node belongs to. Nodes of another are refused.</summary>
    public required ClusterId Cluster { get; init; }

    /// <summary>Where to listen. Port 0 takes any free one; see <see cref="TcpTransport.LocalEndPoint"/>.</summary>
    public required IPEndPoint Listen { get; init; }

    /// <summary>The longest frame sent or taken, in bytes without its length.</summary>
    /// <value>
    /// 8 MiB by default; from 64 KiB to 1 GiB. A command of 1 MiB fits with everything around it, and so does a batch of several; a
    /// connection holds at most twice this much of a frame that is still arriving.
    /// </value>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int FrameLengthMax { get; init; } = 8 * 1024 * 1024;

    /// <summary>How many bytes may wait to be sent to one peer. Further messages are dropped.</summary>
    /// <value>32 MiB by default; at least <see cref="FrameLengthMax"/> and its length.</value>
    [Range(128 * 1024L, 64L * 1024 * 1024 * 1024)]
    public long QueuedBytesMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>How many messages may wait to be sent to one peer. Further messages are dropped.</summary>
    /// <value>16,384 by default; at least 1.</value>
    [Range(1, int.MaxValue)]
    public int QueuedFramesMax { get; init; } = 16 * 1024;

    /// <summary>The longest pause before the first attempt to reconnect; it doubles with each failure.</summary>
    /// <value>50 ms by default; from 1 ms to <see cref="BackOffMax"/>.</value>
    public TimeSpan BackOffMin { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause between attempts to connect.</summary>
    /// <value>2 s by default; at most 10 minutes. Longer than an election would keep a healed cluster without a leader.</value>
    public TimeSpan BackOffMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Makes the jitter of the pauses repeatable.</summary>
    /// <value>0 by default: the pauses differ by this node's and the peer's number, which is all that jitter is for.</value>
    public ulong JitterSeed { get; init; }

    /// <summary>How long finding out where a peer is may take, looking up a name, and connecting to one address: each of them.</summary>
    /// <value>2 s by default; from 1 ms to 10 minutes.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the greeting and its answer may take.</summary>
    /// <value>2 s by default; from 1 ms to 10 minutes.</value>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How many incoming connections may be in their greeting at once. One more, and the oldest is closed.</summary>
    /// <value>128 by default; at least 1.</value>
    [Range(1, 65536)]
    public int PendingHandshakesMax { get; init; } = 128;

    /// <summary>How long a connection may be silent before the operating system asks whether the peer is there.</summary>
    /// <value>5 s by default, in whole seconds; at most 10 minutes.</value>
    public TimeSpan KeepAliveAfter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a peer may leave data, or the question whether it is there, unanswered before the connection counts as broken.
    /// </summary>
    /// <value>
    /// 10 s by default, in whole seconds; at most 10 minutes. Unanswered data is timed on Linux only; elsewhere the system's own limit holds.
    /// </value>
    public TimeSpan UnansweredMax { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>With which key each peer signs in the protocol. A peer whose certificate names another one is refused.</summary>
    /// <value>None known, none required by default. Of no effect on connections in the clear.</value>
    public ExpectedKeys PeerKeys { get; init; } = ExpectedKeys.None;

    /// <summary>Where peers are as seen from this node, whatever the membership and a resolver say.</summary>
    /// <value>Without entries by default.</value>
    public AddressBook AddressBook { get; init; } = AddressBook.Empty;

    /// <summary>What is wrong with these settings: one sentence each, none if they are valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        Require(Node != NodeId.None, $"{nameof(Node)} must be 1 or more.");
        Require(Cluster != ClusterId.None, $"{nameof(Cluster)} must be given.");
        RequireRange(FrameLengthMax, 64 * 1024, 1024 * 1024 * 1024, nameof(FrameLengthMax));
        RequireRange(QueuedBytesMax, FrameLengthMax + (long)FrameFormat.HeaderSize, 64L * 1024 * 1024 * 1024, nameof(QueuedBytesMax));
        RequireRange(QueuedFramesMax, 1, int.MaxValue, nameof(QueuedFramesMax));
        RequireRange(PendingHandshakesMax, 1, 65536, nameof(PendingHandshakesMax));
        RequireDuration(BackOffMax, TimeSpan.FromMilliseconds(1), nameof(BackOffMax));
        RequireDuration(BackOffMin, TimeSpan.FromMilliseconds(1), nameof(BackOffMin));
        Require(BackOffMin <= BackOffMax, $"{nameof(BackOffMin)} is {BackOffMin}; it must not exceed {nameof(BackOffMax)}, {BackOffMax}.");
        RequireDuration(ConnectTimeout, TimeSpan.FromMilliseconds(1), nameof(ConnectTimeout));
        RequireDuration(HandshakeTimeout, TimeSpan.FromMilliseconds(1), nameof(HandshakeTimeout));
        RequireDuration(KeepAliveAfter, TimeSpan.FromSeconds(1), nameof(KeepAliveAfter));
        RequireDuration(UnansweredMax, TimeSpan.FromSeconds(1), nameof(UnansweredMax));
        return errors;

        void Require(bool condition, string error)
        {
            if (!condition)
            {
                errors.Add(error);
            }
        }

        void RequireRange(long value, long min, long max, string name) =>
            Require(value >= min && value <= max, $"{name} is {value}; it must be from {min} to {max}.");

        void RequireDuration(TimeSpan value, TimeSpan min, string name) =>
            Require(value >= min && value <= TimeSpan.FromMinutes(10), $"{name} is {value}; it must be from {min} to {TimeSpan.FromMinutes(10)}.");
    }
}
