using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Consensus.Cryptography;

/// <summary>Reads the fields of proofs from their texts. Whoever uses it catches <see cref="ProofTextException"/>, which does not leave this folder.</summary>
internal static class ProofText
{
    public static T Read<T>(ReadOnlySpan<byte> text, int lengthMax, JsonTypeInfo<T> type)
        where T : class
    {
        if (text.Length > lengthMax)
        {
            throw new ProofTextException($"The text has more than {lengthMax} bytes.");
        }

        try
        {
            return JsonSerializer.Deserialize(text, type) ?? throw new ProofTextException("The text is null; allowed: one JSON object.");
        }
        catch (JsonException exception)
        {
            throw new ProofTextException($"The text is no such object: {Printable(exception.Message.TrimEnd('.'))}.");
        }
    }

    /// <summary>The message repeats what the text has; a terminal must not obey it.</summary>
    private static string Printable(string message) => string.Concat(message.Select(each => char.IsControl(each) ? '?' : each));

    public static byte[] Write<T>(T file, JsonTypeInfo<T> type) => [.. JsonSerializer.SerializeToUtf8Bytes(file, type), (byte)'\n'];

    public static void RequireFormat(string found, string format)
    {
        if (found != format)
        {
            throw new ProofTextException($"format is not \"{format}\", the only one that is known here.");
        }
    }

    public static SigningDomain Domain(string cluster, ulong epoch, string epochId) => ClusterId.TryParse(cluster, out var id)
        ? new SigningDomain(id, new Epoch(epoch), Digest(epochId, "epoch_id"))
        : throw new ProofTextException("cluster is no identity of a cluster; allowed: 32 hexadecimal digits, with or without hyphens.");

    public static Digest Digest(string text, string where) => new(Hex(text, where, Consensus.Digest.Size));

    public static Signature Signature(string text, string where) => new(Hex(text, where, Cryptography.Signature.Size));

    public static ImmutableArray<Digest> Digests(IReadOnlyList<string> texts, string where) => [.. texts.Select(text => Digest(text, where))];

    /// <summary>Elements that are not null, which JSON allows in a list whatever its type says.</summary>
    public static IEnumerable<T> Elements<T>(IReadOnlyList<T> list, string where)
        where T : class =>
        list.Select(element => element ?? throw new ProofTextException($"{where} has an element that is null."));

    private static byte[] Hex(string text, string where, int size)
    {
        var bytes = new byte[size];
        return text is not null && text.Length == 2 * size && Convert.FromHexString(text, bytes, out _, out _) == OperationStatus.Done
            ? bytes
            : throw new ProofTextException($"{where} is a text of {text?.Length ?? 0} characters; allowed: {2 * size} hexadecimal digits.");
    }
}
