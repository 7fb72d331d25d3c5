using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Consensus.Engine;

/// <summary>
/// The bytes of a configuration, in log entries and snapshots. Canonical: equal configurations have equal bytes.
/// </summary>
/// <remarks>
/// Little-endian: number of members (2 bytes); for each, in the order of their ids: id (4), role (1), length of the address (2), address in
/// UTF-8; number of outgoing voters (2); for each, in order: id (4).
/// </remarks>
public static class MembershipCodec
{
    /// <summary>How many members, and how many outgoing voters, a configuration has at most.</summary>
    public const int MembersMax = 4096;

    /// <summary>How many bytes an address has at most, in UTF-8.</summary>
    public const int AddressBytesMax = 1024;

    /// <summary>Writes a configuration.</summary>
    /// <exception cref="ArgumentException">It has too many members, an id twice or the id 0, or an address is too long.</exception>
    public static byte[] Encode(ClusterMembership membership)
    {
        if (membership.Members.Length > MembersMax || membership.Outgoing.Length > MembersMax)
        {
            throw new ArgumentException($"A configuration has at most {MembersMax} members.", nameof(membership));
        }

        using var bytes = new MemoryStream();
        Span<byte> number = stackalloc byte[4];
        WriteCount(membership.Members.Length, number);
        var previous = NodeId.None;
        foreach (var member in membership.Members.OrderBy(member => member.Id))
        {
            RequireGrowing(member.Id, ref previous);
            var address = Encoding.UTF8.GetBytes(member.Address);
            if (address.Length > AddressBytesMax)
            {
                throw new ArgumentException($"The address of node {member.Id} has {address.Length} bytes; allowed are {AddressBytesMax}.", nameof(membership));
            }

            WriteId(member.Id, number);
            bytes.WriteByte((byte)member.Role);
            WriteCount(address.Length, number);
            bytes.Write(address);
        }

        WriteCount(membership.Outgoing.Length, number);
        previous = NodeId.None;
        foreach (var id in membership.Outgoing.Order())
        {
            RequireGrowing(id, ref previous);
            WriteId(id, number);
        }

        return bytes.ToArray();

        // What could not be read back must not enter the log: it would stop every replica that applies it.
        static void RequireGrowing(NodeId id, ref NodeId previous)
        {
            if (id <= previous)
            {
                throw new ArgumentException($"A configuration lists node {id} twice, or node 0: ids begin at 1 and are unique.", nameof(membership));
            }

            previous = id;
        }

        void WriteCount(int count, Span<byte> buffer)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(buffer, (ushort)count);
            bytes.Write(buffer[..2]);
        }

        void WriteId(NodeId id, Span<byte> buffer)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(buffer, id.Value);
            bytes.Write(buffer[..4]);
        }
    }

    /// <summary>Reads a configuration.</summary>
    /// <exception cref="MessageFormatException">The bytes are not one; nothing else is thrown for any bytes.</exception>
    public static ClusterMembership Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        var members = ImmutableArray.CreateBuilder<Member>();
        var previous = NodeId.None;
        for (var left = reader.Count("members"); left > 0; left--)
        {
            var id = reader.Id(previous);
            var role = (MemberRole)reader.Take(1, "a role")[0];
            if (!Enum.IsDefined(role))
            {
                throw new MessageFormatException($"A configuration gives node {id} the unknown role {(int)role}.");
            }

            members.Add(new Member(id, reader.Address(id), role));
            previous = id;
        }

        var outgoing = ImmutableArray.CreateBuilder<NodeId>();
        previous = NodeId.None;
        for (var left = reader.Count("outgoing voters"); left > 0; left--)
        {
            previous = reader.Id(previous);
            outgoing.Add(previous);
        }

        reader.End();
        return new ClusterMembership(members.ToImmutable(), outgoing.ToImmutable());
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public ReadOnlySpan<byte> Take(int count, string what)
        {
            if (_rest.Length < count)
            {
                throw new MessageFormatException($"A configuration ends in the middle of {what}: {count} bytes are needed, {_rest.Length} are left.");
            }

            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }

        public int Count(string what)
        {
            var count = BinaryPrimitives.ReadUInt16LittleEndian(Take(2, $"the number of {what}"));
            return count <= MembersMax ? count : throw new MessageFormatException($"A configuration has {count} {what}; allowed are {MembersMax}.");
        }

        public NodeId Id(NodeId previous)
        {
            var id = new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(Take(4, "an id")));
            return id > previous ? id : throw new MessageFormatException($"A configuration lists node {id} after node {previous}; ids must grow.");
        }

        public string Address(NodeId id)
        {
            var length = BinaryPrimitives.ReadUInt16LittleEndian(Take(2, "the length of an address"));
            if (length > AddressBytesMax)
            {
                throw new MessageFormatException($"The address of node {id} has {length} bytes; allowed are {AddressBytesMax}.");
            }

            var utf8 = Take(length, "an address");
            return System.Text.Unicode.Utf8.IsValid(utf8)
                ? Encoding.UTF8.GetString(utf8)
                : throw new MessageFormatException($"The address of node {id} is not UTF-8.");
        }

        public readonly void End()
        {
            if (!_rest.IsEmpty)
            {
                throw new MessageFormatException($"A configuration is followed by {_rest.Length} bytes that do not belong to it.");
            }
        }
    }
}
