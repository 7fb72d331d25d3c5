using System.Buffers;
using System.Collections.Immutable;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>
/// What an epoch is made of. The hash of it all is the epoch's identity (<see cref="Id"/>), and part of each of its messages and signatures: what was said in one epoch means nothing in another.
/// </summary>
/// <remarks>Immutable and safe to share between threads.</remarks>
public sealed class EpochDescriptor
{
    /// <summary>How many keys of operators there are at most.</summary>
    public const int OperatorsMax = 64;

    /// <summary>
    /// The form of the bytes that epochs are made of, on disk, on the wire and hashed into their identities; the first of them. Before 2 there was none, and they began with the cluster's id: whatever is in that form is refused, and not misread.
    /// </summary>
    public const byte Format = 2;

    private readonly byte[] _bytes;

    private EpochDescriptor(
        ClusterId cluster, Epoch number, EpochProtocol protocol, EpochRules rules, EpochSettings settings, SignerSet members, NextMembers? listed, ImmutableArray<PublicKey> operators, LogPosition start, Timestamp time, Digest parent, bool isOrdered)
    {
        Cluster = cluster;
        Number = number;
        Protocol = protocol;
        Rules = rules;
        Settings = settings;
        Members = members;
        Listed = listed;
        Operators = operators;
        Start = start;
        Time = time;
        Parent = parent;
        IsOrdered = isOrdered;
        _bytes = ToBytes();
        Id = Blake3.Hash(_bytes);
        Beginning = number == Epoch.Zero ? LogPosition.Origin : ToEntry() is var entry ? new LogPosition(entry.Index, entry.Term, entry.Chain) : default;
    }

    /// <summary>The group.</summary>
    public ClusterId Cluster { get; }

    /// <summary>How many epochs there were before.</summary>
    public Epoch Number { get; }

    /// <summary>What orders commands in it.</summary>
    public EpochProtocol Protocol { get; }

    /// <summary>When the engine changes without an operator, and to which. The same as in the epoch before, unless an operator has ordered others.</summary>
    public EpochRules Rules { get; }

    /// <summary>What the members' engines do alike, as operators have ordered it; nothing that nobody has: that is each member's own configuration.</summary>
    public EpochSettings Settings { get; }

    /// <summary>Who belongs to it, and with which keys they sign.</summary>
    public SignerSet Members { get; }

    /// <summary>The members with their addresses, once an operator has ordered others than the group began with; until then addresses are each member's own configuration.</summary>
    public NextMembers? Listed { get; }

    /// <summary>The keys of those whose word ends it (<see cref="SealOrder"/>); in growing order of their bytes.</summary>
    public ImmutableArray<PublicKey> Operators { get; }

    /// <summary>The last entry of the epoch before; the origin, if there is none.</summary>
    public LogPosition Start { get; }

    /// <summary>The time that the log carries there.</summary>
    public Timestamp Time { get; }

    /// <summary>The identity of the epoch before; zero, if there is none.</summary>
    public Digest Parent { get; }

    /// <summary>Whether an operator wanted it: otherwise the one before was ended because of members that lie.</summary>
    public bool IsOrdered { get; }

    /// <summary>The identity: a hash of all of the above.</summary>
    public Digest Id { get; }

    /// <summary>Where the members' signatures are valid.</summary>
    public SigningDomain Domain => new(Cluster, Number, Id);

    /// <summary>The entry that begins it; the origin, if it is the first one.</summary>
    internal LogPosition Beginning { get; }

    /// <summary>What its messages carry.</summary>
    internal EpochTag Tag => new(Number, Id);

    /// <summary>Who stands for election first, if Raft orders commands in it: another one in each epoch, for it may be gone. In a group's first epoch nobody does, for its members are not started together.</summary>
    internal NodeId StandsFirst => Number == Epoch.Zero ? NodeId.None : Members.Members[(int)(Number.Value % (ulong)Members.Count)].Id;

    /// <summary>The first epoch of a group.</summary>
    /// <param name="cluster">The group.</param>
    /// <param name="protocol">What orders its commands.</param>
    /// <param name="members">Its members: at least 4, so that another protocol can follow.</param>
    /// <param name="operators">The keys of those whose word ends an epoch; at most 64.</param>
    /// <param name="rules">When the engine changes without an operator; the defaults, if nothing is given.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: the target does not survive liars, there are too few members, too many operators, or two with the same key.</exception>
    public static EpochDescriptor First(
        ClusterId cluster, EpochProtocol protocol, SignerSet members, IEnumerable<PublicKey> operators, EpochRules? rules = null)
    {
        var sorted = NextOperators.Sorted(operators);
        if (members.FaultsMax < 1)
        {
            throw Invalid($"To change between engines at least {ByzantineQuorum.MembersMin(1)} members are needed, of whom one may lie; there are {members.Count}.");
        }

        if (sorted.Length > OperatorsMax || sorted.Distinct().Count() != sorted.Length)
        {
            throw Invalid($"{sorted.Length} keys of operators are given; allowed are {OperatorsMax}, each once.");
        }

        rules ??= new EpochRules();
        return rules.Defect is { } defect
            ? throw Invalid(defect)
            : new EpochDescriptor(cluster, Epoch.Zero, protocol, rules, EpochSettings.None, members, null, sorted, LogPosition.Origin, default, default, isOrdered: true);
    }

    /// <summary>The epoch that follows this one by an operator's order.</summary>
    /// <param name="protocol">What orders commands in it.</param>
    /// <param name="start">The last entry of this one.</param>
    /// <param name="time">The time that the log carries there.</param>
    public EpochDescriptor Next(EpochProtocol protocol, LogPosition start, Timestamp time) => Follow(new NextEpoch(protocol), start, time, isOrdered: true);

    /// <summary>The epoch that follows this one if nobody has ordered another: with the escalation target.</summary>
    /// <param name="start">The last entry of this one.</param>
    /// <param name="time">The time that the log carries there.</param>
    public EpochDescriptor Escalated(LogPosition start, Timestamp time) => Follow(new NextEpoch(Rules.EscalationTarget), start, time, isOrdered: false);

    /// <summary>The epoch that follows this one by an order: an operator's, or a member's.</summary>
    /// <param name="order">The order.</param>
    /// <param name="start">The last entry of this one.</param>
    /// <param name="time">The time that the log carries there.</param>
    internal EpochDescriptor By(SealOrder order, LogPosition start, Timestamp time) => Follow(order.Next, start, time, Operators.Contains(order.Operator));

    private EpochDescriptor Follow(NextEpoch next, LogPosition start, Timestamp time, bool isOrdered) => new(
        Cluster, Number.Next, next.Protocol, next.Rules ?? Rules, next.Settings ?? Settings, next.Members?.ToSigners() ?? Members, next.Members ?? Listed, next.Operators?.Keys ?? Operators, start, time, Id, isOrdered);

    /// <summary>Whether another epoch has the same settings, rules and operators, which only an operator's order changes.</summary>
    internal bool IsSetAs(EpochDescriptor other) => Settings == other.Settings && Rules == other.Rules && Operators.SequenceEqual(other.Operators);

    /// <summary>Whether somebody is a member.</summary>
    internal bool Has(NodeId node) => Members.IndexOf(node) >= 0;

    /// <summary>Whether somebody is a member by this key.</summary>
    internal bool HasMember(PublicKey key) => Members.Members.Any(member => member.Key == key);

    /// <summary>What agrees on the end of this epoch: as an epoch of its own, whose log is no part of the group's.</summary>
    internal EpochDescriptor ToAgreement() => new(Cluster, Number, Rules.EscalationTarget, Rules, Settings, Members, Listed, Operators, LogPosition.Origin, default, Id, IsOrdered);

    /// <summary>The entry that begins the epoch, behind <see cref="Start"/>.</summary>
    internal LogEntry ToEntry()
    {
        var payload = EpochEntry.Encode(Number, Listed?.ToMembership(), _bytes);
        var index = Start.Index.Next;
        var chain = new EntryChain().Next(Start.Chain, index, EpochEntry.Term, EntryKind.Epoch, Time, payload);
        return new LogEntry(index, EpochEntry.Term, EntryKind.Epoch, Time, payload, chain);
    }

    /// <summary>Writes the descriptor.</summary>
    internal void Write(ref MessagePackWriter writer) => writer.Write(_bytes);

    /// <summary>Reads a descriptor.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    internal static EpochDescriptor Read(ref MessagePackReader outer)
    {
        var bytes = WireFields.ReadBytes(ref outer);
        var reader = new MessagePackReader(bytes);
        RequireFormat(ref reader);
        var cluster = WireFields.ReadBytes(ref reader);
        if (cluster.Length != ClusterId.Size)
        {
            throw new MessageFormatException($"The id of a cluster has {ClusterId.Size} bytes, not {cluster.Length}.");
        }

        var number = new Epoch(reader.ReadUInt64());
        var protocol = ReadProtocol(ref reader);
        var rules = EpochRules.Read(ref reader);
        var settings = EpochSettings.Read(ref reader);
        var start = WireFields.ReadPosition(ref reader);
        if (start.Index.Value >= long.MaxValue)
        {
            throw new MessageFormatException($"No epoch begins behind entry {start.Index}; allowed: below {long.MaxValue}.");
        }

        var time = new Timestamp(reader.ReadInt64());
        var parent = WireFields.ReadDigest(ref reader);
        var isOrdered = reader.ReadBoolean();
        var listed = reader.TryReadNil() ? null : NextMembers.Read(ref reader);
        var members = listed is null ? ReadMembers(ref reader) : [.. listed.Members.Select(member => new MemberKey(member.Id, member.Key))];

        var operators = NextOperators.Read(ref reader).Keys;
        return new EpochDescriptor(ClusterId.FromBytes(cluster.Span), number, protocol, rules, settings, SetOf(members), listed, operators, start, time, parent, isOrdered);
    }

    /// <summary>Reads a protocol.</summary>
    /// <exception cref="MessageFormatException">There is no such protocol.</exception>
    internal static EpochProtocol ReadProtocol(ref MessagePackReader reader)
    {
        var protocol = (EpochProtocol)reader.ReadByte();
        return Enum.IsDefined(protocol) ? protocol : throw new MessageFormatException($"There is no protocol {(byte)protocol}.");
    }

    /// <summary>Reads members and their keys.</summary>
    /// <exception cref="MessageFormatException">A key has another length.</exception>
    internal static MemberKey[] ReadMembers(ref MessagePackReader reader)
    {
        var members = new MemberKey[WireFields.ReadCount(ref reader, PublicKey.Size + 3)];
        for (var i = 0; i < members.Length; i++)
        {
            members[i] = new MemberKey(new NodeId(reader.ReadUInt32()), ReadKey(ref reader));
        }

        return members;
    }

    /// <summary>The members of an epoch.</summary>
    /// <exception cref="MessageFormatException">They are none.</exception>
    internal static SignerSet SetOf(MemberKey[] members)
    {
        try
        {
            return SignerSet.Create(members, faultsTolerated: 1);
        }
        catch (ConsensusException exception)
        {
            throw new MessageFormatException($"The members of an epoch are none: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a key.</summary>
    /// <exception cref="MessageFormatException">It has another length.</exception>
    internal static PublicKey ReadKey(ref MessagePackReader reader)
    {
        var bytes = WireFields.ReadBytes(ref reader);
        return bytes.Length == PublicKey.Size ? new PublicKey(bytes.Span) : throw new MessageFormatException($"A public key has {PublicKey.Size} bytes, not {bytes.Length}.");
    }

    /// <summary>Refuses bytes of another form: what an earlier version has written, or a later one.</summary>
    private static void RequireFormat(ref MessagePackReader reader)
    {
        var format = reader.NextMessagePackType == MessagePackType.Integer ? reader.ReadByte() : 1;
        if (format != Format)
        {
            throw new MessageFormatException($"The epoch is written in format {format}, of {(format < Format ? "an earlier" : "a later")} version of this program; allowed: format {Format}.");
        }
    }

    private byte[] ToBytes()
    {
        Span<byte> bytes = stackalloc byte[ClusterId.Size];
        var buffer = new ArrayBufferWriter<byte>(512);
        var writer = new MessagePackWriter(buffer);
        writer.Write(Format);
        Cluster.CopyTo(bytes);
        writer.Write(bytes);
        writer.Write(Number.Value);
        writer.Write((byte)Protocol);
        Rules.Write(ref writer);
        Settings.Write(ref writer);
        WireFields.WritePosition(ref writer, Start);
        writer.Write(Time.UnixMilliseconds);
        WireFields.WriteDigest(ref writer, Parent);
        writer.Write(IsOrdered);
        if (Listed is not null)
        {
            Listed.Write(ref writer);
        }
        else
        {
            writer.WriteNil();
            WriteMembers(ref writer, Members);
        }

        NextOperators.Write(ref writer, Operators);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes members and their keys.</summary>
    internal static void WriteMembers(ref MessagePackWriter writer, SignerSet members)
    {
        Span<byte> key = stackalloc byte[PublicKey.Size];
        writer.WriteArrayHeader(members.Count);
        foreach (var member in members.Members)
        {
            writer.Write(member.Id.Value);
            member.Key.CopyTo(key);
            writer.Write(key);
        }
    }

    private static ConsensusException Invalid(string message) => new(ConsensusFailure.InvalidConfiguration, message);
}
