using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>What an order wants of the next epoch. What it does not name stays as it is; all but the protocol stays in the epochs behind it too, until another order names it.</summary>
/// <param name="Protocol">What orders commands in it; it may be the protocol that runs.</param>
/// <remarks>Immutable. Only an operator's word changes anything but the protocol.</remarks>
public sealed record NextEpoch(EpochProtocol Protocol)
{
    /// <summary>Who is to belong to it; nothing, if the same as to the one that ends.</summary>
    public NextMembers? Members { get; init; }

    /// <summary>What all members' engines do alike, in place of all that was ordered before; nothing, if it stays. <see cref="EpochSettings.None"/> takes it back.</summary>
    public EpochSettings? Settings { get; init; }

    /// <summary>When the engine changes without an operator, and to which; nothing, if that stays.</summary>
    public EpochRules? Rules { get; init; }

    /// <summary>Whose word ends epochs from then on; nothing, if the same as now.</summary>
    public NextOperators? Operators { get; init; }

    /// <summary>Whether another protocol, or the same, is all that it wants. A member may want no more.</summary>
    public bool IsProtocolAlone => Members is null && Settings is null && Rules is null && Operators is null;

    /// <summary>What is wrong with it behind an epoch; nothing, if it may follow. The same on every replica.</summary>
    /// <param name="current">The epoch.</param>
    public string? DefectAfter(EpochDescriptor current) =>
        Members?.DefectAfter(current.Number, current.Members, Operators?.Keys ?? current.Operators)
        ?? Operators?.DefectAmong(Members?.ToSigners() ?? current.Members)
        ?? Rules?.Defect
        ?? (Settings?.Validate() is { Count: > 0 } problems ? string.Join(' ', problems) : null);

    /// <summary>What of an epoch is not as it wants it.</summary>
    /// <param name="epoch">The epoch.</param>
    /// <returns>"protocol", "members", "settings", "rules", "operators", in this order; nothing, if the epoch is as it wants it.</returns>
    public IEnumerable<string> DifferencesFrom(EpochDescriptor epoch)
    {
        ArgumentNullException.ThrowIfNull(epoch);
        (string Name, bool Differs)[] parts =
        [
            ("protocol", Protocol != epoch.Protocol),
            ("members", Members is not null && !Members.Equals(epoch.Listed)),
            ("settings", Settings is not null && Settings != epoch.Settings),
            ("rules", Rules is not null && Rules != epoch.Rules),
            ("operators", Operators is not null && !Operators.Keys.SequenceEqual(epoch.Operators)),
        ];
        return parts.Where(static part => part.Differs).Select(static part => part.Name);
    }

    /// <summary>Writes it.</summary>
    internal void Write(ref MessagePackWriter writer)
    {
        writer.Write((byte)Protocol);
        Write(ref writer, Members, static (members, ref writer) => members.Write(ref writer));
        Write(ref writer, Settings, static (settings, ref writer) => settings.Write(ref writer));
        Write(ref writer, Rules, static (rules, ref writer) => rules.Write(ref writer));
        Write(ref writer, Operators, static (operators, ref writer) => NextOperators.Write(ref writer, operators.Keys));
    }

    /// <summary>Reads what an order wants. Whether it may follow is not looked at.</summary>
    /// <exception cref="MessageFormatException">The bytes are none.</exception>
    /// <exception cref="MessagePackSerializationException">The bytes are not what MessagePack allows in their place.</exception>
    internal static NextEpoch Read(ref MessagePackReader reader) => new(EpochDescriptor.ReadProtocol(ref reader))
    {
        Members = reader.TryReadNil() ? null : NextMembers.Read(ref reader),
        Settings = reader.TryReadNil() ? null : EpochSettings.Read(ref reader),
        Rules = reader.TryReadNil() ? null : EpochRules.Read(ref reader),
        Operators = reader.TryReadNil() ? null : NextOperators.Read(ref reader),
    };

    private delegate void Writing<in T>(T part, ref MessagePackWriter writer);

    private static void Write<T>(ref MessagePackWriter writer, T? part, Writing<T> write)
        where T : class
    {
        if (part is null)
        {
            writer.WriteNil();
        }
        else
        {
            write(part, ref writer);
        }
    }
}
