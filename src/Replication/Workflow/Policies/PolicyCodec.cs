using System.Buffers;
using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Policy: <c>[name, case prefix, graph, [from], [to], [condition]]</c>; condition: <c>[code, its fields]</c>.</summary>
internal static class PolicyCodec
{
    public static byte[] ToBytes(Policy policy)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        Write(ref writer, policy);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    public static void Write(ref MessagePackWriter writer, Policy policy)
    {
        writer.WriteArrayHeader(6);
        writer.Write(policy.Name);
        writer.Write(policy.CasePrefix);
        writer.Write(policy.Graph);
        FieldCodec.Write(ref writer, policy.From);
        FieldCodec.Write(ref writer, policy.To);
        writer.WriteArrayHeader(policy.Requires.Count);
        foreach (var condition in policy.Requires)
        {
            condition.Write(ref writer);
        }
    }

    public static Policy Read(ReadOnlyMemory<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        return Read(ref reader);
    }

    public static Policy Read(ref MessagePackReader reader)
    {
        FieldCodec.ReadHeader(ref reader, 6);
        return new Policy(FieldCodec.ReadText(ref reader))
        {
            CasePrefix = FieldCodec.ReadText(ref reader),
            Graph = FieldCodec.ReadText(ref reader),
            From = FieldCodec.ReadTexts(ref reader),
            To = FieldCodec.ReadTexts(ref reader),
            Requires = ReadConditions(ref reader),
        };
    }

    private static ValueList<PolicyCondition> ReadConditions(ref MessagePackReader reader)
    {
        var conditions = new PolicyCondition[reader.ReadArrayHeader()];
        for (var i = 0; i < conditions.Length; i++)
        {
            conditions[i] = ReadCondition(ref reader);
        }

        return [.. conditions];
    }

    private static PolicyCondition ReadCondition(ref MessagePackReader reader)
    {
        var fields = reader.ReadArrayHeader();
        var code = reader.ReadByte();
        return (code, fields) switch
        {
            (PropertyExists.Code, 2) => new PropertyExists(FieldCodec.ReadText(ref reader)),
            (PropertyAbsent.Code, 2) => new PropertyAbsent(FieldCodec.ReadText(ref reader)),
            (PropertyMatches.Code, 4) => new PropertyMatches(
                FieldCodec.ReadText(ref reader), (PropertyComparison)reader.ReadByte(), new PropertyValue(FieldCodec.ReadBytes(ref reader))),
            (PropertyNumber.Code, 4) => new PropertyNumber(FieldCodec.ReadText(ref reader), (PropertyComparison)reader.ReadByte(), reader.ReadInt64()),
            (CasesInStateBelow.Code, 2) => new CasesInStateBelow(reader.ReadUInt64()),
            _ => throw new MessagePackSerializationException($"There is no condition {code} with {fields} fields."),
        };
    }
}
