#!/usr/bin/env python3
"""Writes synthetic orders in the schema of Olist's customer dataset (33 columns). No row comes from a real order.

    python3 data/make_olist.py --rows 5000 --out data/olist_customers_dataset.csv

Python 3.9 or later, standard library only. The rows are made in chunks, each with a generator of its own, so any
number of rows is streamed, all cores help, and the first rows are the same whatever --rows says. Only `random()`
(whose sequence Python promises to keep) and `getrandbits()` are drawn, and every other distribution is a table or a
formula here.

The story behind the score, so that a linear model has something to find: shipping far or heavy goods is dear and often
late, heavy parcels arrive damaged, and a description that is long and has photos avoids surprises. Lateness itself is
only in the dates.
"""

import argparse
import multiprocessing
import os
from math import exp
from random import Random
from statistics import NormalDist
from datetime import date, timedelta

COLUMNS = (
    "order_id,customer_id,order_status,order_purchase_timestamp,order_approved_at,order_delivered_carrier_date,"
    "order_delivered_customer_date,order_estimated_delivery_date,payment_sequential,payment_type,payment_installments,"
    "payment_value,customer_unique_id,customer_zip_code_prefix,customer_city,customer_state,order_item_id,product_id,"
    "seller_id,shipping_limit_date,price,freight_value,product_category_name,product_name_lenght,"
    "product_description_lenght,product_photos_qty,product_weight_g,product_length_cm,product_height_cm,"
    "product_width_cm,product_category_name_english,review_score,review_comment_message"
)
SEED = 20160904
CHUNK_ROWS = 5_000
N_PRODUCTS, N_SELLERS = 9_000, 900
FIRST_DAY, N_DAYS = date(2016, 9, 4), 774

# name, name in English, weight, price level (1 = average), weight level
CATEGORIES = [
    ("cama_mesa_banho", "bed_bath_table", 17, 0.9, 1.0), ("beleza_saude", "health_beauty", 14, 1.0, 0.4),
    ("esporte_lazer", "sports_leisure", 12, 1.0, 0.8), ("moveis_decoracao", "furniture_decor", 11, 1.0, 1.8),
    ("informatica_acessorios", "computers_accessories", 10, 1.3, 0.5), ("utilidades_domesticas", "housewares", 9, 0.9, 1.4),
    ("relogios_presentes", "watches_gifts", 8, 2.0, 0.3), ("telefonia", "telephony", 6, 0.7, 0.2),
    ("ferramentas_jardim", "garden_tools", 6, 1.1, 1.6), ("automotivo", "auto", 6, 1.3, 1.3),
    ("brinquedos", "toys", 6, 1.1, 0.9), ("cool_stuff", "cool_stuff", 5, 1.6, 1.2), ("perfumaria", "perfumery", 5, 1.2, 0.3),
    ("bebes", "baby", 4, 1.3, 1.6), ("eletronicos", "electronics", 4, 0.6, 0.3), ("papelaria", "stationery", 4, 0.9, 0.8),
    ("pet_shop", "pet_shop", 3, 1.0, 1.5), ("malas_acessorios", "luggage_accessories", 2, 1.4, 1.7),
]
# city, state, weight, freight level, days on the road, first and last zip prefix
CITIES = [
    ("sao paulo", "SP", 30, 0.75, 0.7, 1000, 5999), ("rio de janeiro", "RJ", 14, 1.0, 1.1, 20000, 23799),
    ("belo horizonte", "MG", 9, 1.0, 0.9, 30100, 31999), ("brasilia", "DF", 7, 1.05, 1.0, 70000, 72799),
    ("curitiba", "PR", 6, 1.0, 0.9, 80000, 82999), ("campinas", "SP", 6, 0.75, 0.7, 13000, 13149),
    ("porto alegre", "RS", 5, 1.1, 1.1, 90000, 91999), ("guarulhos", "SP", 5, 0.75, 0.7, 7000, 7399),
    ("salvador", "BA", 4, 1.4, 1.5, 40000, 42599), ("santo andre", "SP", 3, 0.75, 0.7, 9000, 9299),
    ("niteroi", "RJ", 3, 1.0, 1.1, 24000, 24399), ("florianopolis", "SC", 3, 1.1, 1.0, 88000, 88099),
    ("goiania", "GO", 2, 1.15, 1.1, 74000, 74899), ("recife", "PE", 2, 1.6, 1.6, 50000, 52999),
    ("fortaleza", "CE", 2, 1.75, 1.8, 60000, 61599), ("vitoria", "ES", 2, 1.15, 1.1, 29000, 29099),
    ("belem", "PA", 1, 1.95, 2.1, 66000, 66999), ("sao luis", "MA", 1, 2.0, 2.0, 65000, 65109),
    ("santa barbara d'oeste", "SP", 1, 0.8, 0.7, 13450, 13459), ("manaus", "AM", 1, 2.3, 2.3, 69000, 69099),
]
STATUSES = [("shipped", 4), ("canceled", 3), ("unavailable", 2), ("invoiced", 1), ("processing", 1), ("approved", 1)]

COMMENTS = {
    5: ["Ótimo produto, chegou antes do prazo", "Recomendo a loja", "Muito bom, gostei bastante", "Adorei, vou comprar de novo", "Perfeito, como na descrição!",
        "Entrega rápida, bem embalado", "Igual à foto 😊", "Loja nota 10", 'Vendedor "de confiança"', "Excelente, veio tudo certo",
        "Minha mãe amou o presente", "Chegou certinho"],
    4: ["Bom produto, recomendo", "Gostei, mas a caixa veio amassada", "Chegou no prazo", "Bom pelo preço", "Cumpre o que promete",
        "Tudo certo até agora"],
    3: ["Razoável, nada demais", "Esperava mais", "Demorou um pouco, mas chegou", "A cor não é bem a da foto", "Mediano pelo valor"],
    2: ["Veio faltando uma peça", "Qualidade baixa", "Atrasou e ninguém avisou", "Menor do que parece na foto"],
    1: ["Não recebi o produto", "Veio com defeito, quero trocar", "Péssimo atendimento", "Comprei dois e só chegou um",
        "Atrasou mais de duas semanas", 'Disseram "até sexta" e nada', "Produto errado", "Não recomendo esta loja"],
}  # fmt: skip
ENDINGS = {
    True: ["", ". Obrigado!", ", já é a segunda compra", ". Parabéns a todos 😊", ";\nvou comprar mais vezes"],
    False: ["", ".", ". Aguardo retorno, por favor", "\r\nNinguém responde...", ", quero meu dinheiro de volta"],
}  # fmt: skip
COMMENT_SHARE = {5: 0.31, 4: 0.33, 3: 0.45, 2: 0.66, 1: 0.74}

# A standard normal variable by table: NORMAL[int(random() * 4096)].
N_NORMAL = 4096
NORMAL = [NormalDist().inv_cdf((i + 0.5) / N_NORMAL) for i in range(N_NORMAL)]


def lottery(weights):
    """Indices, each as often as its weight says: `table[int(random() * len(table))]` draws one."""
    return [index for index, weight in enumerate(weights) for _ in range(weight)]


def quoted(text):
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


def clamp(value, low, high):
    return low if value < low else high if value > high else value


def make_products():
    """The catalogue: (id, price, weight_g, appeal, text before the score, product_id, seller_id) a product."""
    random = Random(f"{SEED} products")
    draw = random.random
    normal = lambda: NORMAL[int(draw() * N_NORMAL)]
    categories = lottery([c[2] for c in CATEGORIES])
    sellers = ["%032x" % random.getrandbits(128) for _ in range(N_SELLERS)]
    products = []
    for _ in range(N_PRODUCTS):
        name, english, _, price_level, weight_level = CATEGORIES[categories[int(draw() * len(categories))]]
        price = round(clamp(price_level * exp(4.15 + 0.8 * normal()), 3, 3_000), 1) + (-0.1 if draw() < 0.6 else 0)
        bulk = normal()
        weight = 50 * round(clamp(weight_level * exp(6.85 + 0.95 * bulk), 50, 30_000) / 50)
        length, height, width = (
            round(clamp(level * exp(0.3 * bulk + 0.4 * normal()), low, 105)) for level, low in ((26, 16), (12, 2), (20, 8))
        )
        name_length = round(clamp(49 + 9 * normal(), 9, 76))
        description = round(clamp(exp(6.5 + 0.65 * normal()), 30, 3_992))
        photos = 1 + int(9 * draw() ** 3.2) if draw() < 0.68 else 1
        appeal = (
            0.52 * min(photos - 1, 5)
            + 0.00085 * min(description, 2_500)
            + 0.016 * (name_length - 49)
            - 0.00017 * min(weight, 9_000)
            - 0.012 * length
        )
        gap = draw()
        dims = ["" if gap < 0.002 else f"{value}.0" for value in (weight, length, height, width)]
        if 0.002 <= gap < 0.005:
            dims[0] = ""
        elif 0.005 <= gap < 0.007:
            dims[2] = ""
        about = ",".join([name, f"{name_length}.0", f"{description}.0", f"{photos}.0", *dims, english])
        product_id = "%032x" % random.getrandbits(128)
        products.append((price, weight, appeal, about, product_id, sellers[int(draw() * N_SELLERS)]))
    return products


class Tables:
    """What every chunk looks up; made once a process."""

    def __init__(self):
        self.products = make_products()
        self.days = [(FIRST_DAY + timedelta(d)).isoformat() + " " for d in range(N_DAYS + 200)]
        self.times = [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(86_400)]
        self.cities = lottery([c[2] for c in CITIES])
        self.statuses = lottery([weight for _, weight in STATUSES])
        self.comments = {
            score: [quoted(text + ending) for text in texts for ending in ENDINGS[score >= 4]]
            for score, texts in COMMENTS.items()
        }


TABLES = None


def make_chunk(task):
    """The text of `n_rows` rows of a chunk, 1 ≤ n_rows ≤ CHUNK_ROWS."""
    global TABLES
    TABLES = TABLES or Tables()
    chunk, n_rows = task
    random = Random(f"{SEED} chunk {chunk}")
    draw, raw_bits = random.random, random.getrandbits
    days, times = TABLES.days, TABLES.times

    def stamp(moment):
        day = int(moment)
        return days[day] + times[int((moment - day) * 86_400)]

    lines = []
    for _ in range(n_rows):
        ids = "%096x" % raw_bits(384)
        price, weight, appeal, about, product_id, seller_id = TABLES.products[int(draw() ** 1.6 * N_PRODUCTS)]
        city, state, _, freight_level, road, zip_low, zip_high = CITIES[TABLES.cities[int(draw() * len(TABLES.cities))]]
        zip_prefix = zip_low + int(draw() * (zip_high - zip_low))

        freight = freight_level * (12 + 0.003 * min(weight, 12_000)) * exp(0.24 * NORMAL[int(draw() * N_NORMAL)]) + 1
        freight = round(freight + 0.012 * min(price, 500), 2)
        items = 1 if draw() < 0.87 else 2 if draw() < 0.8 else 3 + int(4 * draw() ** 3)
        kind = draw()
        payment = "credit_card" if kind < 0.74 else "boleto" if kind < 0.93 else "voucher" if kind < 0.985 else "debit_card"
        installments = 1 if kind >= 0.74 or draw() < 0.3 else min(1 + int((2 + price / 60) * 3 * draw() ** 1.5), 24)
        sequential = 1 if draw() < 0.96 else 2 + int(3 * draw() ** 3)
        value = round((price + freight) * items / sequential, 2)

        bought = N_DAYS * draw() ** 0.8
        approved = bought + 0.02 + 1.6 * draw() ** 4
        shipped = approved + 0.5 + 6 * draw() ** 2
        delivered = shipped + road * (2 + 4 * draw() + 14 * draw() ** 3) + 0.04 * freight
        promised = int(bought + 7 + 6 * road + 17 * draw())
        late = delivered - promised
        status = "delivered" if draw() < 0.97 else STATUSES[TABLES.statuses[int(draw() * len(TABLES.statuses))]][0]
        is_delivered = status == "delivered"

        mood = appeal - 0.048 * min(freight, 70) - 0.0007 * min(price, 600) - 0.045 * installments
        mood -= 0.12 * clamp(late, 0, 10) + (0 if is_delivered else 2.2)
        mood += 0.95 * NORMAL[int(draw() * N_NORMAL)]
        score = 5 if mood > -0.98 else 4 if mood > -1.66 else 3 if mood > -2.16 else 2 if mood > -2.42 else 1
        comment = ""
        if draw() < COMMENT_SHARE[score]:
            texts = TABLES.comments[score]
            comment = texts[int(draw() * len(texts))]

        approved_at = "" if draw() < 0.0005 else stamp(approved)
        carrier_date = "" if not is_delivered and draw() < 0.8 else stamp(shipped)
        customer_date = "" if not is_delivered or draw() < 0.0005 else stamp(delivered)
        lines.append(
            f"{ids[:32]},{ids[32:64]},{status},{stamp(bought)},{approved_at},{carrier_date},{customer_date},"
            f"{days[promised]}00:00:00,{sequential},{payment},{installments},{value!r},{ids[64:]},{zip_prefix},{city},"
            f"{state},{items},{product_id},{seller_id},{stamp(approved + 6)},{price:.1f},{freight!r},{about},{score},"
            f"{comment}\n"
        )
    return "".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()

    tasks = [(c, min(CHUNK_ROWS, options.rows - c * CHUNK_ROWS)) for c in range(-(-options.rows // CHUNK_ROWS))]
    with open(options.out, "w", encoding="utf-8", newline="") as file, multiprocessing.Pool() as pool:
        file.write(COLUMNS + "\n")
        for text in pool.imap(make_chunk, tasks):
            file.write(text)
    print(f"{options.out}: {options.rows:,} rows, {os.path.getsize(options.out):,} bytes")


if __name__ == "__main__":
    main()
