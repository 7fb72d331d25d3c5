using System.Text;

namespace Consensus.Replication.Workflow;

/// <summary>
/// What a name may be: 1 to so many UTF-8 bytes of well-formed text without control characters. That keeps names printable, and leaves the
/// byte 0 free to separate them in keys.
/// </summary>
internal static class NameRule
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static WorkflowVerdict CheckCaseId(string id) =>
        Problem(id, WorkflowLimits.CaseIdBytesMax) is { } problem
            ? new(WorkflowRejection.InvalidCaseId, $"The id of a case {problem}.")
            : WorkflowVerdict.Accepted;

    public static WorkflowVerdict Check(string what, string name) =>
        Problem(name, WorkflowLimits.NameBytesMax) is { } problem
            ? new(WorkflowRejection.InvalidName, $"The name of {what} {problem}.")
            : WorkflowVerdict.Accepted;

    /// <summary>A prefix of ids is one that could be continued to an id, or nothing.</summary>
    public static bool IsPrefix(string prefix, int bytesMax) => prefix.Length == 0 || Problem(prefix, bytesMax) is null;

    private static string? Problem(string name, int bytesMax)
    {
        if (string.IsNullOrEmpty(name))
        {
            return $"is empty; allowed: 1 to {bytesMax} bytes";
        }

        // A char is at least one byte, so that an absurdly long name is not measured.
        if (name.Length > bytesMax)
        {
            return $"has more than {bytesMax} bytes";
        }

        foreach (var unit in name)
        {
            if (char.IsControl(unit))
            {
                return $"holds the control character U+{(int)unit:X4}";
            }
        }

        if (!IsWellFormed(name))
        {
            return "holds half of a surrogate pair";
        }

        var bytes = Strict.GetByteCount(name);
        return bytes > bytesMax ? $"has {bytes} bytes; allowed: 1 to {bytesMax}" : null;
    }

    private static bool IsWellFormed(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var consumed) != System.Buffers.OperationStatus.Done)
            {
                return false;
            }

            rest = rest[consumed..];
        }

        return true;
    }
}
