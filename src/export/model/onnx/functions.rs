//! Functions that ONNX has no operation for, from those that it has, to the last digits of a double.

use super::graph::{Graph, Name};
use crate::export::model::program::Back;
use crate::features::{Smearing, TargetTransform};

impl Graph {
    /// log(1 + x) without loss near 0 (Kahan): with u = 1 + x it is log(u) · x / (u − 1), and x where u is 1.
    pub(super) fn log1p(&mut self, x: &str) -> Name {
        let u = self.with("Add", x, 1.0);
        let log = self.op("Log", &[&u]);
        let less = self.with("Sub", &u, 1.0);
        let scaled = self.op("Mul", &[&log, x]);
        let ratio = self.op("Div", &[&scaled, &less]);
        let is_small = self.with("Equal", &u, 1.0);
        self.choose(&is_small, x, &ratio)
    }

    /// e^x − 1 without loss near 0 (Kahan): with u = e^x it is (u − 1) · x / log(u), x where u is 1, and u − 1 for |x| from
    /// 1 on.
    pub(super) fn expm1(&mut self, x: &str) -> Name {
        let u = self.op("Exp", &[x]);
        let less = self.with("Sub", &u, 1.0);
        let scaled = self.op("Mul", &[&less, x]);
        let log = self.op("Log", &[&u]);
        let ratio = self.op("Div", &[&scaled, &log]);
        let size = self.op("Abs", &[x]);
        let is_large = self.with("GreaterOrEqual", &size, 1.0);
        let some = self.choose(&is_large, &less, &ratio);
        let is_small = self.with("Equal", &u, 1.0);
        self.choose(&is_small, x, &some)
    }

    fn power(&mut self, log: &str, exponent: f64) -> Name {
        if exponent.abs() < f64::EPSILON {
            return log.to_owned();
        }
        let scaled = self.with("Mul", log, exponent);
        let grown = self.expm1(&scaled);
        self.with("Div", &grown, exponent)
    }

    fn unpower(&mut self, y: &str, exponent: f64) -> Name {
        if exponent.abs() < f64::EPSILON {
            return self.expm1(y);
        }
        let scaled = self.with("Mul", y, exponent);
        let log = self.log1p(&scaled);
        let shared = self.with("Div", &log, exponent);
        self.expm1(&shared)
    }

    /// One function of |x| where x is at least 0, and the negative of another of it elsewhere.
    fn by_sign(
        &mut self,
        x: &str,
        upper: impl Fn(&mut Self, &str) -> Name,
        lower: impl Fn(&mut Self, &str) -> Name,
    ) -> Name {
        let size = self.op("Abs", &[x]);
        let above = upper(self, &size);
        let below = lower(self, &size);
        let below = self.op("Neg", &[&below]);
        let is_above = self.with("GreaterOrEqual", x, 0.0);
        let chosen = self.choose(&is_above, &above, &below);
        self.keep_missing(x, &chosen)
    }

    pub(super) fn yeo_johnson(&mut self, x: &str, lambda: f64) -> Name {
        if lambda == 1.0 {
            return x.to_owned();
        }
        let of = |exponent: f64| {
            move |graph: &mut Self, size: &str| {
                let log = graph.log1p(size);
                graph.power(&log, exponent)
            }
        };
        self.by_sign(x, of(lambda), of(2.0 - lambda))
    }

    /// Predictions in the target's own units.
    pub(super) fn back(&mut self, back: &Back, y: &str) -> Name {
        match (back.transform, back.smearing) {
            (TargetTransform::Log, Some(Smearing::Factor(factor))) => {
                let grown = self.op("Exp", &[y]);
                self.with("Mul", &grown, factor)
            }
            (TargetTransform::Log, _) => self.op("Exp", &[y]),
            (TargetTransform::Log1p, Some(Smearing::Factor(factor))) => {
                let grown = self.op("Exp", &[y]);
                let scaled = self.with("Mul", &grown, factor);
                self.with("Sub", &scaled, 1.0)
            }
            (TargetTransform::Log1p, _) => self.expm1(y),
            (TargetTransform::Sqrt, smearing) => {
                let (mean, mean_square) = match smearing {
                    Some(Smearing::Moments { mean, mean_square }) => (mean, mean_square),
                    _ => (0.0, 0.0),
                };
                let square = self.op("Mul", &[y, y]);
                let shifted = self.with("Mul", y, 2.0 * mean);
                let sum = self.op("Add", &[&square, &shifted]);
                self.with("Add", &sum, mean_square)
            }
            (TargetTransform::YeoJohnson, _) => {
                let lambda = back.lambda.unwrap_or(1.0);
                if lambda == 1.0 {
                    return y.to_owned();
                }
                let of = |exponent: f64| move |graph: &mut Self, size: &str| graph.unpower(size, exponent);
                self.by_sign(y, of(lambda), of(2.0 - lambda))
            }
        }
    }

    fn ratio(&mut self, [above, below]: [&[f64]; 2], r: &str) -> Name {
        let mut polynomial = |coefs: &[f64]| {
            let mut sum = self.number(0.0);
            for coef in coefs {
                let scaled = self.op("Mul", &[&sum, r]);
                sum = self.with("Add", &scaled, *coef);
            }
            sum
        };
        let (above, below) = (polynomial(above), polynomial(below));
        self.op("Div", &[&above, &below])
    }

    /// The normal deviate of a share strictly between 0 and 1: Wichura's algorithm AS 241 (1988), PPND16.
    pub(super) fn deviate(&mut self, share: &str) -> Name {
        let q = self.with("Sub", share, 0.5);
        let square = self.op("Mul", &[&q, &q]);
        let rest = self.with("Sub", &square, 0.180_625);
        let near = self.op("Neg", &[&rest]);
        let ratio = self.ratio(NEAR, &near);
        let near = self.op("Mul", &[&q, &ratio]);
        let other = self.with("Sub", share, 1.0);
        let other = self.op("Neg", &[&other]);
        let tail = self.op("Min", &[share, &other]);
        let log = self.op("Log", &[&tail]);
        let log = self.op("Neg", &[&log]);
        let r = self.op("Sqrt", &[&log]);
        let middle = self.with("Sub", &r, 1.6);
        let middle = self.ratio(MIDDLE, &middle);
        let far = self.with("Sub", &r, 5.0);
        let far = self.ratio(FAR, &far);
        let is_middle = self.with("LessOrEqual", &r, 5.0);
        let size = self.choose(&is_middle, &middle, &far);
        let sign = self.op("Sign", &[&q]);
        let tail = self.op("Mul", &[&sign, &size]);
        let distance = self.op("Abs", &[&q]);
        let is_near = self.with("LessOrEqual", &distance, 0.425);
        self.choose(&is_near, &near, &tail)
    }
}

#[expect(clippy::excessive_precision, reason = "the digits of the paper")]
const NEAR: [&[f64]; 2] = [
    &[
        2_509.080_928_730_122_672_7,
        33_430.575_583_588_128_105,
        67_265.770_927_008_700_853,
        45_921.953_931_549_871_457,
        13_731.693_765_509_461_125,
        1_971.590_950_306_551_442_7,
        133.141_667_891_784_377_45,
        3.387_132_872_796_366_608,
    ],
    &[
        5_226.495_278_852_854_561,
        28_729.085_735_721_942_674,
        39_307.895_800_092_710_61,
        21_213.794_301_586_595_867,
        5_394.196_021_424_751_107_7,
        687.187_007_492_057_908_3,
        42.313_330_701_600_911_252,
        1.0,
    ],
];
#[expect(clippy::excessive_precision, reason = "the digits of the paper")]
const MIDDLE: [&[f64]; 2] = [
    &[
        7.745_450_142_783_414_076_4e-4,
        0.022_723_844_989_269_184_583_3,
        0.241_780_725_177_450_611_77,
        1.270_458_252_452_368_382_58,
        3.647_848_324_763_204_605_04,
        5.769_497_221_460_691_405_5,
        4.630_337_846_156_545_295_9,
        1.423_437_110_749_683_577_34,
    ],
    &[
        1.050_750_071_644_416_843_24e-9,
        5.475_938_084_995_344_946e-4,
        0.015_198_666_563_616_457_196_6,
        0.148_103_976_427_480_074_59,
        0.689_767_334_985_100_004_55,
        1.676_384_830_183_803_849_4,
        2.053_191_626_637_758_821_87,
        1.0,
    ],
];
#[expect(clippy::excessive_precision, reason = "the digits of the paper")]
const FAR: [&[f64]; 2] = [
    &[
        2.010_334_399_292_288_132_65e-7,
        2.711_555_568_743_487_578_15e-5,
        0.001_242_660_947_388_078_438_6,
        0.026_532_189_526_576_123_093,
        0.296_560_571_828_504_891_23,
        1.784_826_539_917_291_335_8,
        5.463_784_911_164_114_369_9,
        6.657_904_643_501_103_777_2,
    ],
    &[
        2.044_263_103_389_939_785_64e-15,
        1.421_511_758_316_445_888_7e-7,
        1.846_318_317_510_054_681_8e-5,
        7.868_691_311_456_132_591e-4,
        0.014_875_361_290_850_614_852_5,
        0.136_929_880_922_735_805_31,
        0.599_832_206_555_887_937_69,
        1.0,
    ],
];
