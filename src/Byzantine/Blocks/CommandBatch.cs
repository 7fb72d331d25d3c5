using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>Commands that one replica submits for ordering, in its callers' order. Immutable.</summary>
/// <remarks>
/// Signed by its origin, so that whoever orders it can neither change it nor make one up (Castro and Liskov, TOCS 2002, section 4.2, with a replica in the client's
/// place). The digest covers everything but the signature.
/// </remarks>
public sealed class CommandBatch
{
    /// <summary>What a batch takes beside its commands, in messages and in the log, at most.</summary>
    public const int OverheadBytes = 128;

    /// <summary>What a command takes beside its bytes.</summary>
    public const int CommandOverheadBytes = 5;

    /// <summary>What a signed command (<see cref="CommandKind.SignedCommand"/>) weighs at least, and an order to end an epoch (<see cref="CommandKind.Seal"/>), which is signed too: <see cref="Weight"/>.</summary>
    /// <remarks>
    /// Every replica checks its signature when it applies it, one after the other: 61 µs with libsodium, 130 µs with OpenSSL. The smallest command without one has 30 bytes
    /// (<see cref="CommandEnvelope.HeaderSize"/> and <see cref="CommandOverheadBytes"/>) and is ordered and applied in about 1 µs. So a signature costs what 130 of those do, which have 3,900 bytes; and a block of 1 MiB
    /// costs at most some 35 ms to apply, whatever it is filled with: 256 signatures. By their bytes alone it could hold 11,000 of them, 0.7 s (1.4 s). A larger weight would slow honest clients on long links, where each origin
    /// has few batches under way; a smaller one leaves signatures the cheapest way to keep all replicas busy.
    /// </remarks>
    public const int SignedWeightMin = 4096;

    private readonly ReadOnlyMemory<byte>[] _commands;

    /// <summary>Creates a batch.</summary>
    /// <param name="origin">Who submits it.</param>
    /// <param name="number">Its number, chosen by the origin and never used twice.</param>
    /// <param name="commands">The commands in their envelopes; not changed afterwards. Empty for a batch that only marks a place in the order.</param>
    /// <param name="signature">The origin's signature, or none where the agreement on a block speaks for its batches.</param>
    public CommandBatch(NodeId origin, ulong number, ReadOnlyMemory<byte>[] commands, Signature signature = default)
        : this(origin, number, commands, ContentDigests.OfBatch(origin, number, commands), signature)
    {
    }

    private CommandBatch(NodeId origin, ulong number, ReadOnlyMemory<byte>[] commands, Digest digest, Signature signature)
    {
        Origin = origin;
        Number = number;
        _commands = commands;
        Digest = digest;
        Signature = signature;
        foreach (var command in commands)
        {
            Bytes += command.Length + CommandOverheadBytes;
            Weight += WeightOf(command.Span);
        }
    }

    /// <summary>Who submits it.</summary>
    public NodeId Origin { get; }

    /// <summary>Its number: unique among the batches of its origin.</summary>
    public ulong Number { get; }

    /// <summary>The commands in their envelopes.</summary>
    public ReadOnlySpan<ReadOnlyMemory<byte>> Commands => _commands;

    /// <summary>What the origin signs.</summary>
    public Digest Digest { get; }

    /// <summary>The origin's signature, if it is known.</summary>
    public Signature Signature { get; }

    /// <summary>The size of the batch, about.</summary>
    public long Bytes { get; } = OverheadBytes;

    /// <summary>
    /// What the batch counts wherever it is bounded what batches, blocks and pools may hold: its size, or what corresponds to the work that its commands are to every replica, if that is more. Part of what makes a proposal
    /// valid: the same on all replicas.
    /// </summary>
    public long Weight { get; } = OverheadBytes;

    /// <summary>What a command adds to the weight of its batch. It follows from the command's bytes alone.</summary>
    /// <param name="command">The command in its envelope; any bytes.</param>
    public static int WeightOf(ReadOnlySpan<byte> command)
    {
        var bytes = command.Length + CommandOverheadBytes;
        return command is [(byte)CommandKind.SignedCommand or (byte)CommandKind.Seal, ..] ? Math.Max(bytes, SignedWeightMin) : bytes;
    }

    /// <summary>Origin, number and how many commands, for traces.</summary>
    public override string ToString() => $"{Origin}:{Number} of {_commands.Length}";

    /// <summary>The same batch, signed by its origin.</summary>
    public CommandBatch SignedBy(ByzantineIdentity origin) =>
        new(Origin, Number, _commands, Digest, origin.Sign(StatementKind.CommandBatch, ViewNumber.Zero, new SequenceNumber(Number), Digest));

    /// <summary>The same batch in memory of its own.</summary>
    public CommandBatch Copy()
    {
        var commands = new ReadOnlyMemory<byte>[_commands.Length];
        for (var i = 0; i < commands.Length; i++)
        {
            commands[i] = _commands[i].ToArray();
        }

        return new CommandBatch(Origin, Number, commands, Digest, Signature);
    }

    /// <summary>Whether its origin is a member and has signed it.</summary>
    public bool IsSigned(ByzantineIdentity identity) =>
        identity.IsSigned(Origin, StatementKind.CommandBatch, ViewNumber.Zero, new SequenceNumber(Number), Digest, Signature);
}
