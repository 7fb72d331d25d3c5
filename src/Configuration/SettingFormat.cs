using System.Globalization;
using System.Numerics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Consensus.Configuration;

/// <summary>How the values of settings are written in a configuration.</summary>
internal static class SettingFormat
{
    /// <summary>Reads a value.</summary>
    /// <returns>Whether <paramref name="text"/> is one of <paramref name="type"/>.</returns>
    public static bool TryParse(Type type, string text, out object? value)
    {
        value = null;
        if (type == typeof(string))
        {
            value = text;
        }
        else if (type == typeof(bool))
        {
            value = bool.TryParse(text, out var flag) ? flag : null;
        }
        else if (type == typeof(int))
        {
            value = Whole<int>(text);
        }
        else if (type == typeof(long))
        {
            value = Whole<long>(text);
        }
        else if (type == typeof(double))
        {
            value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
        }
        else if (type == typeof(TimeSpan))
        {
            value = DurationText.TryParse(text, out var duration) ? duration : null;
        }
        else if (type == typeof(NodeId))
        {
            value = Whole<uint>(text) is { } node and > 0 ? new NodeId(node) : null;
        }
        else if (type == typeof(ClusterId))
        {
            value = ClusterId.TryParse(text, out var cluster) && cluster != ClusterId.None ? cluster : null;
        }
        else if (type.IsEnum)
        {
            var name = Array.Find(Enum.GetNames(type), name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
            value = name is null ? null : Enum.Parse(type, name);
        }
        else
        {
            throw new NotSupportedException($"Settings of type {type} have no text form.");
        }

        return value is not null;
    }

    /// <summary>What is allowed, apart from bounds.</summary>
    public static string Describe(Type type)
    {
        if (type == typeof(string))
        {
            return "a text";
        }

        if (type == typeof(bool))
        {
            return "true or false";
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return "a whole number";
        }

        if (type == typeof(double))
        {
            return "a number";
        }

        if (type == typeof(TimeSpan))
        {
            return "a duration such as \"150ms\", \"2s\" or \"00:00:00.150\"";
        }

        if (type == typeof(NodeId))
        {
            return "a whole number from 1 to 4,294,967,295";
        }

        if (type == typeof(ClusterId))
        {
            return "32 hexadecimal digits, with or without hyphens, not all zero";
        }

        return $"one of {string.Join(", ", Enum.GetNames(type))}";
    }

    /// <summary>A value as it would stand in JSON.</summary>
    public static string Show(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        TimeSpan duration => DurationText.Format(duration),
        string text => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"",
        Enum choice => $"\"{choice}\"",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => $"{value}",
    };

    private static T? Whole<T>(string text)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
