namespace Consensus.Replication;

/// <summary>Which of a replica's state machines a command or query is for. The number is part of the log's format.</summary>
/// <param name="Value">0 for the only machine, 1 to 15 for machines of this library, 16 to 255 for users' own.</param>
public readonly record struct MachineId(byte Value) : IComparable<MachineId>
{
    /// <summary>The only machine: its commands carry no identity.</summary>
    public static MachineId None => default;

    /// <summary>The key-value machine.</summary>
    public static MachineId KeyValue => new(1);

    /// <summary>The workflow machine.</summary>
    public static MachineId Workflow => new(2);

    /// <summary>Whether <paramref name="left"/> is smaller.</summary>
    public static bool operator <(MachineId left, MachineId right) => left.Value < right.Value;

    /// <summary>Whether <paramref name="left"/> is larger.</summary>
    public static bool operator >(MachineId left, MachineId right) => left.Value > right.Value;

    /// <summary>Whether <paramref name="left"/> is not larger.</summary>
    public static bool operator <=(MachineId left, MachineId right) => left.Value <= right.Value;

    /// <summary>Whether <paramref name="left"/> is not smaller.</summary>
    public static bool operator >=(MachineId left, MachineId right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(MachineId other) => Value.CompareTo(other.Value);

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => $"{Value}";
}
