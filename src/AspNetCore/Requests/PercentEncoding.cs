namespace Consensus.AspNetCore.Requests;

/// <summary>Percent-encoding of arbitrary bytes (RFC 3986, section 2.1).</summary>
internal static class PercentEncoding
{
    /// <summary>Decodes a text as it stood on the wire.</summary>
    /// <returns>Whether every percent sign is followed by two hexadecimal digits and every other character is ASCII.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            if (character == '%')
            {
                if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2]))
                {
                    return false;
                }

                bytes[length++] = Convert.FromHexString(text.Slice(i + 1, 2))[0];
                i += 2;
            }
            else if (char.IsAscii(character))
            {
                bytes[length++] = (byte)character;
            }
            else
            {
                return false;
            }
        }

        Array.Resize(ref bytes, length);
        return true;
    }
}
