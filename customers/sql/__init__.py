"""The SQL of customers that the ORM cannot say.

coverage   which coverage holds a folder on a day: all who collect, the nearest, whether there is any
rebuild    coverage worked out from attachments and placements
cities     the cities that customers have
"""
