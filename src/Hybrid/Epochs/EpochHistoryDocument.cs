using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Serialization;

namespace Consensus.Hybrid;

/// <summary>The epochs of a group as a text that a person keeps and mails, and that anybody checks who has the first one.</summary>
/// <remarks>
/// <para>A JSON object of at most <see cref="LengthMax"/> bytes; digests and keys have 64 hexadecimal digits:</para>
/// <code>
/// {
///   "format": "consensus-epochs-2",
///   "cluster": "6f1c3f8a-0a35-4f0e-9a4e-3f1f0c6f7c11",
///   "epochs": [
///     { "epoch": 0, "id": "…", "protocol": "raft", "faults_max": 1, "quorum": 3,
///       "members": [{ "id": 1, "public_key": "…" }],
///       "start": 0,                           the last entry before it
///       "begun_by": "configuration",          or "operator": an order; or "members": lies, a command that needs it, a return of their own
///       "settings": { "WindowBlocks": "64" }, what was ordered for all members alike
///       "rules": { "ReturnsAlone": "false" }, when the engine changes without an operator
///       "operator_keys": ["…"],               whose word ends it
///       "certificate": null },                base64: what a quorum of the epoch before has signed
///   ]
/// }
/// </code>
/// <para>
/// Read strictly: each key once, none missing, none beside them. The certificates are what proves; all else must be as they say, so that nothing that is not proven can be read from a text that was found valid.
/// </para>
/// </remarks>
public static class EpochHistoryDocument
{
    /// <summary>What the text says about its own form.</summary>
    public const string Format = "consensus-epochs-2";

    /// <summary>How many bytes a text has at most: room for thousands of epochs.</summary>
    public const int LengthMax = 16 * 1024 * 1024;

    /// <summary>Gives the text, in UTF-8.</summary>
    /// <param name="history">The epochs.</param>
    public static byte[] ToUtf8(EpochHistory history)
    {
        ArgumentNullException.ThrowIfNull(history);
        var file = new EpochHistoryFile(Format, $"{history.First.Cluster}", [.. Enumerable.Range(0, history.Epochs.Length).Select(number => EpochFile.Of(history, number))]);
        return [.. JsonSerializer.SerializeToUtf8Bytes(file, EpochJson.Default.EpochHistoryFile), (byte)'\n'];
    }

    /// <summary>Reads a text, and checks what began each epoch by the members of the one before.</summary>
    /// <param name="text">The text in UTF-8, all of it.</param>
    /// <param name="first">The first epoch, from somebody who is trusted.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    /// <param name="history">The epochs, if all of them have begun.</param>
    /// <param name="defect">What is wrong, and where, if not. Nothing is thrown for any text.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> text, EpochDescriptor first, ISignatureVerifier signatures, [NotNullWhen(true)] out EpochHistory? history, [NotNullWhen(false)] out string? defect)
    {
        ArgumentNullException.ThrowIfNull(first);
        return TryParse(text, _ => first, signatures, out history, out defect);
    }

    /// <summary>
    /// Reads a text, and takes its own word for the first epoch: it does not prove which group it is about. But an epoch's identity is a hash of all that was read here, so whoever signs something for that identity signs for this and for nothing else.
    /// </summary>
    /// <param name="text">The text in UTF-8, all of it.</param>
    /// <param name="signatures">What does the arithmetic.</param>
    /// <param name="history">The epochs, if each follows from the one before.</param>
    /// <param name="defect">What is wrong, and where, if not. Nothing is thrown for any text.</param>
    public static bool TryParseUnpinned(ReadOnlySpan<byte> text, ISignatureVerifier signatures, [NotNullWhen(true)] out EpochHistory? history, [NotNullWhen(false)] out string? defect) =>
        TryParse(text, static file => file.Epochs is [{ } first, ..] ? first.ToFirst(file.Cluster) : null, signatures, out history, out defect);

    private static bool TryParse(
        ReadOnlySpan<byte> text, Func<EpochHistoryFile, EpochDescriptor?> firstOf, ISignatureVerifier signatures, [NotNullWhen(true)] out EpochHistory? history, [NotNullWhen(false)] out string? defect)
    {
        ArgumentNullException.ThrowIfNull(signatures);
        history = null;
        if (text.Length > LengthMax)
        {
            defect = $"These are no epochs of a group. The text has more than {LengthMax} bytes.";
            return false;
        }

        try
        {
            var file = JsonSerializer.Deserialize(text, EpochJson.Default.EpochHistoryFile);
            var first = file is null ? null : firstOf(file);
            defect = file is null ? "These are no epochs of a group. The text is null; allowed: one JSON object."
                : first is null ? "epochs[0] is none that a group begins with."
                : HeadDefect(file, first);
            if (defect is null)
            {
                history = Follow(file!.Epochs, EpochHistory.Of(first!), signatures, out defect);
            }
        }
        catch (JsonException exception)
        {
            // The message repeats what the text has; a terminal must not obey it.
            defect = $"These are no epochs of a group: {string.Concat(exception.Message.Select(static each => char.IsControl(each) ? '?' : each))}";
        }

        return history is not null;
    }

    private static string? HeadDefect(EpochHistoryFile file, EpochDescriptor first) =>
        file.Format != Format ? $"These are no epochs of a group. format is not \"{Format}\", the only one that is known here."
        : file.Cluster != $"{first.Cluster}" ? $"The epochs are of another cluster than {first.Cluster}."
        : file.Epochs.Count == 0 ? "epochs is empty; allowed: the first epoch, and those that followed it."
        : file.Epochs[0] is null || file.Epochs[0].Id != $"{first.Id}"
            ? $"epochs[0] is not {first.Id}, with which the group began as the configuration says: it has other members, keys, operators or rules, or another protocol to begin with."
        : null;

    private static EpochHistory? Follow(IReadOnlyList<EpochFile> epochs, EpochHistory history, ISignatureVerifier signatures, out string? defect)
    {
        for (var i = 0; i < epochs.Count; i++)
        {
            if (i > 0 && !TryFollow(epochs[i], ref history, signatures, out defect))
            {
                defect = $"What should begin epochs[{i}] does not: {defect}";
                return null;
            }

            if (!epochs[i].SaysAs(EpochFile.Of(history, i)))
            {
                defect = $"epochs[{i}] says of epoch {history.Newest.Number.Value} what its certificate does not say.";
                return null;
            }
        }

        defect = null;
        return history;
    }

    private static bool TryFollow(EpochFile? file, ref EpochHistory history, ISignatureVerifier signatures, out string? defect)
    {
        if (file?.Certificate is not { } bytes)
        {
            defect = "It has no certificate; only the first epoch has none.";
            return false;
        }

        try
        {
            var certificate = HandoverCertificate.Decode(bytes);
            if (history.Follow(certificate, signatures, out defect) is not { } longer)
            {
                return false;
            }

            history = longer;
            return true;
        }
        catch (Exception exception) when (exception is MessageFormatException or MessagePackSerializationException or EndOfStreamException)
        {
            defect = exception.Message;
            return false;
        }
    }
}
