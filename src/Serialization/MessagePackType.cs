namespace Consensus.Serialization;

/// <summary>The kind of value that a MessagePack code opens.</summary>
public enum MessagePackType : byte
{
    /// <summary>The code 0xc1, which the specification never uses.</summary>
    Unknown = 0,

    /// <summary>A signed or unsigned integer of up to 64 bits.</summary>
    Integer = 1,

    /// <summary>The absence of a value.</summary>
    Nil = 2,

    /// <summary>True or false.</summary>
    Boolean = 3,

    /// <summary>An IEEE 754 number of 32 or 64 bits.</summary>
    Float = 4,

    /// <summary>UTF-8 text.</summary>
    String = 5,

    /// <summary>Bytes.</summary>
    Binary = 6,

    /// <summary>A count followed by that many values.</summary>
    Array = 7,

    /// <summary>A count followed by that many pairs of values.</summary>
    Map = 8,

    /// <summary>Bytes with an application's type code; timestamps are type −1.</summary>
    Extension = 9,
}
