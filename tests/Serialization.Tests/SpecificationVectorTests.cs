using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Consensus.Serialization.Tests;

[TestFixture]
public sealed class SpecificationVectorTests
{
    [Test]
    public void The_suite_is_complete() => Assert.That(SpecificationVector.All().Sum(v => v.Encodings.Count), Is.EqualTo(EncodingsInSuite));

    [TestCaseSource(typeof(SpecificationVector), nameof(SpecificationVector.All))]
    public void Every_listed_encoding_decodes_wherever_it_is_split(SpecificationVector vector)
    {
        foreach (var encoding in vector.Encodings)
        {
            var matches = Frame.ReadInAllSplits(Frame.Hex(encoding), (ref r) => Matches(ref r, vector.Kind, vector.Value));
            Assert.That(matches, Is.All.True, encoding);
        }
    }

    [TestCaseSource(typeof(SpecificationVector), nameof(SpecificationVector.All))]
    public void Every_listed_encoding_is_skipped_and_read_raw_wherever_it_is_split(SpecificationVector vector)
    {
        foreach (var encoding in vector.Encodings)
        {
            var frame = Frame.Hex(encoding);
            Assert.That(Frame.ReadInAllSplits(frame, (ref r) => r.ReadRaw().ToArray()), Is.All.EqualTo(frame), encoding);
        }
    }

    [TestCaseSource(typeof(SpecificationVector), nameof(SpecificationVector.All))]
    public void Every_listed_encoding_is_refused_when_it_is_cut_short(SpecificationVector vector)
    {
        foreach (var encoding in vector.Encodings)
        {
            var frame = Frame.Hex(encoding);
            for (var length = 0; length < frame.Length; length++)
            {
                var torn = frame[..length];
                Assert.That(
                    () => Frame.Read(torn, (ref r) => Matches(ref r, vector.Kind, vector.Value)),
                    Throws.TypeOf<MessagePackSerializationException>(),
                    $"{encoding} cut to {length}");
                Assert.That(
                    () => Frame.Read(Segments.ByteByByte(torn), (ref r) => r.ReadRaw().Length),
                    Throws.TypeOf<MessagePackSerializationException>(),
                    $"{encoding} cut to {length}");
            }
        }
    }

    [TestCaseSource(typeof(SpecificationVector), nameof(SpecificationVector.All))]
    public void What_is_written_is_the_shortest_listed_encoding(SpecificationVector vector)
    {
        // A whole number is written as one, although the suite also lists forms with a floating point, some of them shorter.
        var isWhole = vector.Kind == "number" && !vector.Value.ToString().Contains('.', StringComparison.Ordinal);
        var shortest = vector.Encodings.Select(Frame.Hex).Where(e => !isWhole || e[0] is not (MessagePackCode.Float32 or MessagePackCode.Float64)).ToList();
        shortest.RemoveAll(e => e.Length > shortest.Min(s => s.Length));

        Assert.That(shortest, Does.Contain(Frame.Of((ref w) => Write(ref w, vector.Kind, vector.Value))));
    }

    private const int EncodingsInSuite = 233;

    private static bool Matches(ref MessagePackReader reader, string kind, JsonElement value) => kind switch
    {
        "nil" => reader.TryReadNil(),
        "bool" => reader.ReadBoolean() == value.GetBoolean(),
        "binary" => reader.ReadBytes()!.Value.ToArray().AsSpan().SequenceEqual(Frame.Hex(value.GetString()!)),
        "number" => NumberMatches(ref reader, value.ToString()),
        "string" => reader.ReadString() == value.GetString(),
        "array" => ArrayMatches(ref reader, value),
        "map" => MapMatches(ref reader, value),
        "timestamp" => reader.ReadTimestamp() == new MessagePackTimestamp(value[0].GetInt64(), value[1].GetUInt32()),
        "ext" => reader.ReadExtensionFormat() is var extension
            && extension.TypeCode == value[0].GetSByte()
            && extension.Data.ToArray().AsSpan().SequenceEqual(Frame.Hex(value[1].GetString()!)),
        _ => throw new ArgumentException($"The suite has a kind this test does not know: {kind}.", nameof(kind)),
    };

    private static bool NumberMatches(ref MessagePackReader reader, string number)
    {
        // Doubles are exact for every number that the suite lists in a floating form.
        if (reader.NextMessagePackType == MessagePackType.Float)
        {
            return reader.ReadDouble() == double.Parse(number, CultureInfo.InvariantCulture);
        }

        return number.StartsWith('-')
            ? reader.ReadInt64() == long.Parse(number, CultureInfo.InvariantCulture)
            : reader.ReadUInt64() == ulong.Parse(number, CultureInfo.InvariantCulture);
    }

    private static bool ArrayMatches(ref MessagePackReader reader, JsonElement array)
    {
        var matches = reader.ReadArrayHeader() == array.GetArrayLength();
        foreach (var element in array.EnumerateArray())
        {
            matches &= Matches(ref reader, KindOf(element), element);
        }

        return matches;
    }

    private static bool MapMatches(ref MessagePackReader reader, JsonElement map)
    {
        var matches = reader.ReadMapHeader() == map.EnumerateObject().Count();
        foreach (var entry in map.EnumerateObject())
        {
            matches &= reader.ReadString() == entry.Name;
            matches &= Matches(ref reader, KindOf(entry.Value), entry.Value);
        }

        return matches;
    }

    private static string KindOf(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        _ => "map",
    };

    private static void Write(ref MessagePackWriter writer, string kind, JsonElement value)
    {
        switch (kind)
        {
            case "nil":
                writer.WriteNil();
                break;
            case "bool":
                writer.Write(value.GetBoolean());
                break;
            case "binary":
                writer.Write(Frame.Hex(value.GetString()!));
                break;
            case "number":
                WriteNumber(ref writer, value.ToString());
                break;
            case "string":
                writer.Write(value.GetString());
                break;
            case "array":
                writer.WriteArrayHeader(value.GetArrayLength());
                foreach (var element in value.EnumerateArray())
                {
                    Write(ref writer, KindOf(element), element);
                }

                break;
            case "map":
                writer.WriteMapHeader(value.EnumerateObject().Count());
                foreach (var entry in value.EnumerateObject())
                {
                    writer.Write(entry.Name);
                    Write(ref writer, KindOf(entry.Value), entry.Value);
                }

                break;
            case "timestamp":
                writer.Write(new MessagePackTimestamp(value[0].GetInt64(), value[1].GetUInt32()));
                break;
            default:
                writer.WriteExtensionFormat(new ExtensionResult(value[0].GetSByte(), Frame.Hex(value[1].GetString()!)));
                break;
        }
    }

    private static void WriteNumber(ref MessagePackWriter writer, string number)
    {
        if (number.Contains('.', StringComparison.Ordinal))
        {
            writer.Write(double.Parse(number, CultureInfo.InvariantCulture));
        }
        else if (number.StartsWith('-'))
        {
            writer.Write(long.Parse(number, CultureInfo.InvariantCulture));
        }
        else
        {
            writer.Write(ulong.Parse(number, CultureInfo.InvariantCulture));
        }
    }
}
