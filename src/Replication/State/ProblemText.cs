using System.Globalization;
using System.Runtime.CompilerServices;

namespace Consensus.Replication.State;

/// <summary>What is wrong, put into words only if it is: a snapshot is asked many questions about each of its entries.</summary>
[InterpolatedStringHandler]
internal ref struct ProblemText
{
    private readonly string? _plain;
    private DefaultInterpolatedStringHandler _text;

    /// <param name="literalLength">How long the fixed parts are.</param>
    /// <param name="formattedCount">How many parts are filled in.</param>
    /// <param name="holds">What is required.</param>
    /// <param name="isNeeded">Whether the text is made.</param>
    public ProblemText(int literalLength, int formattedCount, bool holds, out bool isNeeded)
    {
        isNeeded = !holds;
        _text = isNeeded ? new DefaultInterpolatedStringHandler(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
    }

    private ProblemText(string plain) => _plain = plain;

    public static implicit operator ProblemText(string plain) => new(plain);

    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>The text; can be asked for once.</summary>
    public string Take() => _plain ?? _text.ToStringAndClear();
}
