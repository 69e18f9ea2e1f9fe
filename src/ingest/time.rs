//! ISO 8601 dates and date-times as milliseconds since 1970 (UTC).

const DAY: i64 = 86_400_000;

/// `2018-01-17`, `2018-01-17 10:00`, `2018-01-17T10:00:00.123Z`, `2018-01-17 10:00:00+01:00`. A time without an offset
/// is taken as UTC; digits beyond the millisecond are cut off. `None` for all else, also for days that do not exist.
#[inline]
pub fn parse(cell: &[u8]) -> Option<i64> {
    let (date, rest) = cell.split_first_chunk::<10>()?;
    let days = days(date)?;
    match rest {
        [] => Some(days * DAY),
        [b' ' | b'T', time @ ..] => Some(days * DAY + time_of_day(time)?),
        _ => None,
    }
}

#[inline]
fn days(date: &[u8; 10]) -> Option<i64> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return None };
    let year = pair(*y1, *y2)? * 100 + pair(*y3, *y4)?;
    let month = pair(*m1, *m2)?;
    let day = pair(*d1, *d2)?;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let n_days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        _ => return None,
    };
    if day == 0 || day > n_days || year == 0 {
        return None;
    }
    // Howard Hinnant's days_from_civil: the year begins in March, so that the leap day is its last.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    Some(365 * year + year / 4 - year / 100 + year / 400 + day_of_year - 719_468)
}

#[inline]
fn time_of_day(time: &[u8]) -> Option<i64> {
    let (hour_minute, rest) = time.split_first_chunk::<5>()?;
    let [h1, h2, b':', m1, m2] = hour_minute else { return None };
    let hour = pair(*h1, *h2)?;
    let minute = pair(*m1, *m2)?;
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (pair(*s1, *s2)?, rest),
        _ => (0, rest),
    };
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let millis = ((hour * 60 + minute) * 60 + second) * 1000;
    if rest.is_empty() { Some(millis) } else { Some(millis + fraction_and_offset(rest)?) }
}

#[inline(never)]
fn fraction_and_offset(rest: &[u8]) -> Option<i64> {
    let mut rest = rest;
    let mut millis = 0;
    if let [b'.' | b',', digits @ ..] = rest {
        let n = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if !matches!(n, 1..=12) {
            return None;
        }
        for place in 0..3 {
            let digit = if place < n { digits.get(place).map_or(0, |byte| i64::from(byte - b'0')) } else { 0 };
            millis = millis * 10 + digit;
        }
        rest = digits.get(n..)?;
    }
    let (sign, hours, minutes) = match rest {
        [] | [b'Z' | b'z'] => return Some(millis),
        [sign, h1, h2] => (*sign, pair(*h1, *h2)?, 0),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => (*sign, pair(*h1, *h2)?, pair(*m1, *m2)?),
        _ => return None,
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = (hours * 60 + minutes) * 60_000;
    match sign {
        b'+' => Some(millis - offset),
        b'-' => Some(millis + offset),
        _ => None,
    }
}

#[inline]
fn pair(tens: u8, ones: u8) -> Option<i64> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens <= 9 && ones <= 9).then(|| i64::from(tens) * 10 + i64::from(ones))
}

/// Milliseconds since 1970 as `2018-01-17` or `2018-01-17 10:00:00`, for people.
pub(super) fn format(millis: i64) -> String {
    let Some(time) = chrono::DateTime::from_timestamp_millis(millis) else { return millis.to_string() };
    let pattern = if millis % DAY == 0 { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M:%S%.f" };
    time.format(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_time() {
        for text in ["2018-01-17", "2017-12-31T23:59:59Z", "2018-01-01 10:00", "0001-01-01", "2020-02-29 00:00:00.5"] {
            assert!(parse(text.as_bytes()).is_some(), "{text}");
        }
        for text in [
            "",
            "2018",
            "2018-1-7",
            "2018-02-30",
            "2019-02-29",
            "2018-13-01",
            "2018-00-01",
            "31/12/2017",
            "2018-01-17 ",
            "2018-01-17 24:00:00",
            "2018-01-17 10:60",
            "2018-01-17x10:00",
            "2018-01-17 10:00:00.",
            "2018-01-17 10:00+1",
            "2018-01-17 10:00:00*01:00",
            "2018-01-17 10:00+01:",
            "0000-01-01",
            "2018-01-17 1",
        ] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse(b"1970-01-02 00:00:01.2345"), Some(DAY + 1234));
        assert_eq!(parse(b"1970-01-01T01:00:00+01:00"), Some(0));
        assert_eq!(parse(b"1970-01-01T01:00-0130"), Some(9_000_000));
    }

    proptest::proptest! {
        #[test]
        fn agrees_with_chrono(seconds in -62_135_596_800_i64..253_402_300_800) {
            let time = chrono::DateTime::from_timestamp(seconds, 0).unwrap();
            for pattern in ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S%:z"] {
                let text = time.format(pattern).to_string();
                proptest::prop_assert_eq!(parse(text.as_bytes()), Some(seconds * 1000), "{}", text);
            }
        }
    }
}
