using Consensus.Serialization;

namespace Consensus.Replication.Workflow;

/// <summary>Properties: a map from name to bytes; changes: the same, with nil for a removal.</summary>
internal static class PropertyCodec
{
    public static void Write(ref MessagePackWriter writer, ValueList<Property> properties)
    {
        writer.WriteMapHeader(properties.Count);
        foreach (var property in properties)
        {
            writer.Write(property.Name);
            writer.Write(property.Value.Bytes.Span);
        }
    }

    public static void Write(ref MessagePackWriter writer, ValueList<PropertyChange> changes)
    {
        writer.WriteMapHeader(changes.Count);
        foreach (var change in changes)
        {
            writer.Write(change.Name);
            if (change.Value is { } value)
            {
                writer.Write(value.Bytes.Span);
            }
            else
            {
                writer.WriteNil();
            }
        }
    }

    public static ValueList<Property> Read(ref MessagePackReader reader)
    {
        var properties = new Property[reader.ReadMapHeader()];
        for (var i = 0; i < properties.Length; i++)
        {
            properties[i] = new Property(FieldCodec.ReadText(ref reader), new PropertyValue(FieldCodec.ReadBytes(ref reader)));
        }

        return [.. properties];
    }

    public static ValueList<PropertyChange> ReadChanges(ref MessagePackReader reader)
    {
        var changes = new PropertyChange[reader.ReadMapHeader()];
        for (var i = 0; i < changes.Length; i++)
        {
            var name = FieldCodec.ReadText(ref reader);
            changes[i] = reader.TryReadNil()
                ? PropertyChange.Remove(name)
                : PropertyChange.Set(name, new PropertyValue(FieldCodec.ReadBytes(ref reader)));
        }

        return [.. changes];
    }
}
