namespace Consensus.Serialization;

/// <summary>The first byte of every MessagePack value, as the specification's table "Formats" numbers them.</summary>
public static class MessagePackCode
{
    /// <summary>First of the codes that are themselves an integer from 0 to 127.</summary>
    public const byte MinFixInt = 0x00;

    /// <summary>Last of the codes that are themselves an integer from 0 to 127.</summary>
    public const byte MaxFixInt = 0x7f;

    /// <summary>A map of no entries; up to <see cref="MaxFixMap"/> the low four bits count them.</summary>
    public const byte MinFixMap = 0x80;

    /// <summary>A map of 15 entries.</summary>
    public const byte MaxFixMap = 0x8f;

    /// <summary>An array of no elements; up to <see cref="MaxFixArray"/> the low four bits count them.</summary>
    public const byte MinFixArray = 0x90;

    /// <summary>An array of 15 elements.</summary>
    public const byte MaxFixArray = 0x9f;

    /// <summary>The empty string; up to <see cref="MaxFixStr"/> the low five bits count its UTF-8 bytes.</summary>
    public const byte MinFixStr = 0xa0;

    /// <summary>A string of 31 bytes.</summary>
    public const byte MaxFixStr = 0xbf;

    /// <summary>Nil.</summary>
    public const byte Nil = 0xc0;

    /// <summary>Never used: always an error.</summary>
    public const byte NeverUsed = 0xc1;

    /// <summary>False.</summary>
    public const byte False = 0xc2;

    /// <summary>True.</summary>
    public const byte True = 0xc3;

    /// <summary>Binary with an 8-bit length.</summary>
    public const byte Bin8 = 0xc4;

    /// <summary>Binary with a 16-bit length.</summary>
    public const byte Bin16 = 0xc5;

    /// <summary>Binary with a 32-bit length.</summary>
    public const byte Bin32 = 0xc6;

    /// <summary>Extension with an 8-bit length.</summary>
    public const byte Ext8 = 0xc7;

    /// <summary>Extension with a 16-bit length.</summary>
    public const byte Ext16 = 0xc8;

    /// <summary>Extension with a 32-bit length.</summary>
    public const byte Ext32 = 0xc9;

    /// <summary>IEEE 754 binary32.</summary>
    public const byte Float32 = 0xca;

    /// <summary>IEEE 754 binary64.</summary>
    public const byte Float64 = 0xcb;

    /// <summary>Unsigned 8-bit integer.</summary>
    public const byte UInt8 = 0xcc;

    /// <summary>Unsigned 16-bit integer.</summary>
    public const byte UInt16 = 0xcd;

    /// <summary>Unsigned 32-bit integer.</summary>
    public const byte UInt32 = 0xce;

    /// <summary>Unsigned 64-bit integer.</summary>
    public const byte UInt64 = 0xcf;

    /// <summary>Signed 8-bit integer.</summary>
    public const byte Int8 = 0xd0;

    /// <summary>Signed 16-bit integer.</summary>
    public const byte Int16 = 0xd1;

    /// <summary>Signed 32-bit integer.</summary>
    public const byte Int32 = 0xd2;

    /// <summary>Signed 64-bit integer.</summary>
    public const byte Int64 = 0xd3;

    /// <summary>Extension of 1 byte.</summary>
    public const byte FixExt1 = 0xd4;

    /// <summary>Extension of 2 bytes.</summary>
    public const byte FixExt2 = 0xd5;

    /// <summary>Extension of 4 bytes.</summary>
    public const byte FixExt4 = 0xd6;

    /// <summary>Extension of 8 bytes.</summary>
    public const byte FixExt8 = 0xd7;

    /// <summary>Extension of 16 bytes.</summary>
    public const byte FixExt16 = 0xd8;

    /// <summary>String with an 8-bit length.</summary>
    public const byte Str8 = 0xd9;

    /// <summary>String with a 16-bit length.</summary>
    public const byte Str16 = 0xda;

    /// <summary>String with a 32-bit length.</summary>
    public const byte Str32 = 0xdb;

    /// <summary>Array with a 16-bit count.</summary>
    public const byte Array16 = 0xdc;

    /// <summary>Array with a 32-bit count.</summary>
    public const byte Array32 = 0xdd;

    /// <summary>Map with a 16-bit count.</summary>
    public const byte Map16 = 0xde;

    /// <summary>Map with a 32-bit count.</summary>
    public const byte Map32 = 0xdf;

    /// <summary>First of the codes that are themselves an integer from −32 to −1.</summary>
    public const byte MinNegativeFixInt = 0xe0;

    /// <summary>Last of the codes that are themselves an integer from −32 to −1.</summary>
    public const byte MaxNegativeFixInt = 0xff;

    /// <summary>The kind of value that <paramref name="code"/> opens.</summary>
    public static MessagePackType ToMessagePackType(byte code) => code switch
    {
        <= MaxFixInt or >= MinNegativeFixInt => MessagePackType.Integer,
        <= MaxFixMap => MessagePackType.Map,
        <= MaxFixArray => MessagePackType.Array,
        <= MaxFixStr => MessagePackType.String,
        Nil => MessagePackType.Nil,
        NeverUsed => MessagePackType.Unknown,
        False or True => MessagePackType.Boolean,
        <= Bin32 => MessagePackType.Binary,
        <= Ext32 => MessagePackType.Extension,
        <= Float64 => MessagePackType.Float,
        <= Int64 => MessagePackType.Integer,
        <= FixExt16 => MessagePackType.Extension,
        <= Str32 => MessagePackType.String,
        <= Array32 => MessagePackType.Array,
        <= Map32 => MessagePackType.Map,
    };
}
